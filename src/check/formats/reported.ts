import type { CheckedCounts, CheckFinding } from "../finding.ts";

/** The input of a format. */
export interface Reported {
  readonly counts: CheckedCounts;
  readonly findings: readonly CheckFinding[];
  /** The last line of the report for people. */
  readonly summary: string;
  /**
   * The prefix of each path: the folder of the project, relative to the top of its repository, with
   * a slash. Empty if the project is the top.
   */
  readonly prefix: string;
  /** Returns the text of a line of a file. Returns an empty text if the line is not known. */
  readonly lineOf: (path: string, line: number) => string;
}

/** Returns what is wrong and what to do, as one sentence. */
export function messageOf({ target, section = "", problem, remedy }: CheckFinding): string {
  return `${target}${section}: ${problem}: ${remedy}`;
}

/**
 * Returns the columns of a finding, counted from 1. The end is the column after the finding. If the
 * column is not known, returns the whole line.
 */
export function columnsOf({ path, line, column, target }: CheckFinding, { lineOf }: Reported): readonly [start: number, end: number] {
  return column === undefined ? [1, Math.max(2, lineOf(path, line).length + 1)] : [column, column + Math.max(1, target.length)];
}

/** Returns errors before warnings, and otherwise keeps the order. */
export function worstFirst(findings: readonly CheckFinding[]): readonly CheckFinding[] {
  return [...findings.filter(({ severity }) => severity === "error"), ...findings.filter(({ severity }) => severity === "warning")];
}
