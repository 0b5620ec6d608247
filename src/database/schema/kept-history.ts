/**
 * How many revisions back a reader can be proved to stand on the same history: about 2 MB a project. A reader that has slept for longer loads
 * everything, as it would after so many changes anyway.
 */
export const KEPT_HISTORY = 100_000;
