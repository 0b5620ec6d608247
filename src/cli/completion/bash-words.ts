type Quote = "" | "'" | '"';

/** A line of bash up to the cursor, split as bash splits it. */
export interface BashLine {
  /** The last one is the word at the cursor: "" after a blank. Without quotes and backslashes. */
  readonly words: readonly string[];
  /** The quotation mark that is still open at the cursor. */
  readonly quote: Quote;
}

const BLANK = /\s/;
/** What a backslash takes the meaning from within double quotes. */
const IN_DOUBLE_QUOTES = /["$\\`\n]/;

/** Reads a line from left to right; nothing in it is run or expanded. */
export function readBashLine(line: string): BashLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote: Quote = "";
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    const next = line.charAt(at + 1);
    if (quote !== "" && character === quote) quote = "";
    else if (character === "\\" && quote !== "'" && (quote === "" || IN_DOUBLE_QUOTES.test(next))) {
      word = (word ?? "") + next;
      at++;
    } else if (quote === "" && (character === "'" || character === '"')) {
      quote = character;
      word ??= "";
    } else if (quote === "" && BLANK.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  return { words: [...words, word ?? ""], quote };
}

/**
 * A word as it is typed in bash: within the quotation marks that are open, or with backslashes. It
 * means itself, whatever it holds.
 */
export function quotedForBash(word: string, quote: Quote): string {
  if (quote === "'") return word.replaceAll("'", String.raw`'\''`);
  // An exclamation mark within double quotes cannot be typed: its history is bash's before its
  // quotes are.
  if (quote === '"') return word.replaceAll(/["$\\`]/g, String.raw`\$&`);
  return word.replaceAll(/[^\w./:@%+,=-]/gu, String.raw`\$&`);
}
