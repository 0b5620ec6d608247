/** Phrases that are wrong nearly always, and what to write instead. */
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:whoever|whomever|whosoever)\b/gi, "the one that does it: a reader, a caller, a program"],
  [/\bwhichever\b/gi, '"the one that", or name the thing'],
  [/\bwhere (?:there (?:is|are)|nothing|none)\b/gi, '"if" for a condition, "when" for a time'],
  [/\b(?:it|that|this|which|they) (?:is|are) none\b/gi, '"there is no", or name the thing'],
  [/\b(?:has|have|had) not (?:the|an?|any|what|all)\b/gi, '"has no", "lacks" or "does not have"'],
  [/\b(?:all|what) there (?:is|are|was)\b(?! (?:of|to)\b)/gi, "the name of the thing"],
  [/\b(?:is|are) (?:of )?no use\b/gi, '"does not count as a use", or "does not help"'],
  [/\bat hand\b/gi, '"in memory", "ready", or where the thing is'],
  [/\bbut for (?:the|those|that|what|a)\b/gi, '"except"'],
  [/\bheld against\b/gi, '"compared with"'],
  [/\bin the place of\b/gi, '"instead of"'],
  [/\bfor want of\b/gi, '"because there is no", or what makes room'],
  [/\b(?:in the eyes of|by whose hand)\b/gi, "who does it, as the subject"],
  [/\bwhose is\b/gi, "the owner, as the subject"],
  [/\banew\b/gi, '"again"'],
  [/\b(?:hitherto|henceforth|thence|whence|thereof|therein|thereupon|wherein|whereof|whereupon|lest)\b/gi, "a word of today"],
  [/\b(?:in order to|so as to)\b/gi, '"to"'],
  [/\bprior to\b/gi, '"before"'],
  [/\bdue to the fact that\b/gi, '"because"'],
  [/\bin the event (?:that|of)\b/gi, '"if"'],
  [/\butilizes?\b/gi, '"use"'],
  [/\bleverag(?:es?|ing)\b/gi, '"use"'],
];

/** Each phrase of `text` that has a plainer word, in the order of the table. */
export function wrongPhrases(text: string): readonly { readonly phrase: string; readonly instead: string }[] {
  const line = text.replaceAll(/\s+/g, " ");
  return PHRASES.flatMap(([pattern, instead]) => Array.from(line.matchAll(pattern), ([phrase]) => ({ phrase, instead })));
}
