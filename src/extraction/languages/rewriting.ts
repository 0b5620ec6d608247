/** Returns `text` with a space for every character except line ends. */
export function blanked(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}

/**
 * Replaces each match of `pattern` with the result of `rewrite`. The result must have the same
 * length and the same line ends, so that every offset stays valid. `mustContain` is a part of every
 * possible match: a text without it costs one search.
 */
export interface Rewriting {
  readonly mustContain: string;
  readonly pattern: RegExp;
  readonly rewrite: (match: string) => string;
}

export function rewritten(text: string, rewritings: readonly Rewriting[]): string {
  let result = text;
  for (const { mustContain, pattern, rewrite } of rewritings) {
    if (result.includes(mustContain)) result = result.replace(pattern, (match) => rewrite(match));
  }
  return result;
}
