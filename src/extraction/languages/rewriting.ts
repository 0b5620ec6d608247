/** `text` as spaces: as long, and with the same line ends. */
export function blanked(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}

/**
 * Replaces what `pattern` finds by what `rewrite` makes of it, which must be as long and have the same line ends: every
 * position in the result is that of the source. `hint` is a part of whatever can match: texts without it cost one look.
 */
export interface Rewriting {
  readonly hint: string;
  readonly pattern: RegExp;
  readonly rewrite: (match: string) => string;
}

export function rewritten(text: string, rewritings: readonly Rewriting[]): string {
  let result = text;
  for (const { hint, pattern, rewrite } of rewritings) {
    if (result.includes(hint)) result = result.replace(pattern, (match) => rewrite(match));
  }
  return result;
}
