import type { CheckedCounts, CheckFinding } from "../finding.ts";

/** What a format makes a text of. */
export interface Reported {
  readonly counts: CheckedCounts;
  readonly findings: readonly CheckFinding[];
  /** The last line of the report for people. */
  readonly summary: string;
  /**
   * Stands before each path: the project's folder as seen from the top of its repository, with a
   * slash; empty if that is the same.
   */
  readonly prefix: string;
  /** The text of a line of a file; empty if it is not known. */
  readonly lineOf: (path: string, line: number) => string;
}

/** What is wrong and what to do, as one sentence. */
export function messageOf({ target, section = "", problem, remedy }: CheckFinding): string {
  return `${target}${section}: ${problem}: ${remedy}`;
}

/**
 * The columns that a finding takes, from 1; the second is the one behind it. A whole line if no
 * column is known.
 */
export function columnsOf({ path, line, column, target }: CheckFinding, { lineOf }: Reported): readonly [start: number, end: number] {
  return column === undefined ? [1, Math.max(2, lineOf(path, line).length + 1)] : [column, column + Math.max(1, target.length)];
}

/** Errors before warnings, otherwise as they were. */
export function worstFirst(findings: readonly CheckFinding[]): readonly CheckFinding[] {
  return [...findings.filter(({ severity }) => severity === "error"), ...findings.filter(({ severity }) => severity === "warning")];
}
