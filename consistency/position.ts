/**
 * A revision of one of the histories that a project had: the first is 0, and each older state that is put back begins the next one.
 * As one number, so that what is of a later history is the greater, whatever its revision is.
 */
export type Position = number;

const REVISIONS = 2 ** 32;

export function positionAt(branch: number, revision: number): Position {
  return branch * REVISIONS + revision;
}

export function branchOf(position: Position): number {
  return Math.floor(position / REVISIONS);
}

export function revisionOf(position: Position): number {
  return position % REVISIONS;
}
