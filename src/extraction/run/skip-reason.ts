/**
 * Why a path of a source tree has no record. Never in silence: every one is listed in the report of
 * the run.
 */
export type SkipReason =
  | "binary"
  | "changing"
  /** SQLite's, or a log or journal of such a file. Never opened while this process uses it. */
  | "database"
  | "extractor-failed"
  /** Of none of the languages that were asked for. */
  | "language"
  | "link"
  | "link-broken"
  | "link-outside"
  | "nested-repository"
  | "not-utf8-name"
  | "path-refused"
  | "special"
  | "submodule"
  | "too-large"
  | "unreadable";

/** A path of the tree without a record, and why. */
export interface SkippedPath {
  /**
   * Relative to the root; where the name is no UTF-8, with U+FFFD in place of what cannot be shown.
   */
  readonly path: string;
  /** Why it has no record. */
  readonly reason: SkipReason;
  /** What a person should know besides the reason. */
  readonly detail?: string;
  /** Bytes, if that is why. */
  readonly size?: number;
}

/**
 * Where metacache could not find out what a file says now, what was known of it is kept: a failure
 * is not an absence (law 6). Every other reason is a statement about the file itself, and its
 * record goes.
 */
export function keepsRecord(reason: SkipReason): boolean {
  return reason === "unreadable" || reason === "changing" || reason === "extractor-failed";
}

/** How many were skipped for each reason that occurred. */
export function countReasons(skipped: readonly SkippedPath[]): ReadonlyMap<SkipReason, number> {
  const counts = new Map<SkipReason, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts;
}
