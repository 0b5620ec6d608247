import type { CheckFinding, Fix } from "../finding.ts";

/** A finding that can be mended. */
export type FixableFinding = CheckFinding & { readonly fix: Fix };

export interface MendedText {
  readonly text: string;
  readonly mended: readonly FixableFinding[];
  /** The findings whose place no longer has the text that was found. */
  readonly missed: readonly FixableFinding[];
}

const BYTE_ORDER_MARK = "\uFEFF";

/**
 * Mends the findings that have exactly one right answer in the text of one file, and leaves every
 * other character unchanged. `text` is the whole file, including its byte order mark and its line
 * ends.
 */
export function mendText(text: string, findings: readonly FixableFinding[]): MendedText {
  const starts = lineStarts(text);
  const mended: FixableFinding[] = [];
  const missed: FixableFinding[] = [];
  const edits: { readonly at: number; readonly fix: Fix }[] = [];
  for (const finding of findings) {
    const at = placeOf(finding, text, starts);
    if (at === undefined || edits.some((edit) => at < edit.at + edit.fix.from.length && edit.at < at + finding.fix.from.length))
      missed.push(finding);
    else {
      edits.push({ at, fix: finding.fix });
      mended.push(finding);
    }
  }
  let result = text;
  for (const { at, fix } of edits.sort((one, other) => other.at - one.at))
    result = result.slice(0, at) + fix.to + result.slice(at + fix.from.length);
  return { text: result, mended, missed };
}

function lineStarts(text: string): readonly number[] {
  const starts = [text.startsWith(BYTE_ORDER_MARK) ? 1 : 0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return starts;
}

/**
 * Returns the offset of the text to replace. If the column is not known, the text must occur
 * exactly once in the line.
 */
function placeOf({ line, column, fix: { from } }: FixableFinding, text: string, starts: readonly number[]): number | undefined {
  const start = starts[line - 1];
  if (start === undefined) return undefined;
  if (column !== undefined && text.startsWith(from, start + column - 1)) return start + column - 1;
  if (column !== undefined) return undefined;
  const end = starts[line] ?? text.length;
  const at = text.slice(start, end).indexOf(from);
  return at === -1 || text.slice(start + at + 1, end).includes(from) ? undefined : start + at;
}
