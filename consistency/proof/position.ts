/**
 * A revision in one of the histories of a project. The first history is 0, and each older state
 * that is put back begins the next one. It is one number, and a position of a later history is
 * greater, whatever its revision is.
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
