/**
 * For how many past revisions a reader can be proved to be on the same history. This takes about 2
 * MB for each project. A reader at an older revision loads everything. It would do so anyway after
 * so many changes.
 */
export const KEPT_HISTORY = 100_000;
