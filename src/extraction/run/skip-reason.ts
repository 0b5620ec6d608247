/** Why a path of a source tree has no record. The report of the run lists every such path. */
export type SkipReason =
  | "binary"
  | "changing"
  /**
   * A database of SQLite, or its log or journal. Never opened while this process uses the database.
   */
  | "database"
  | "extractor-failed"
  /** The file is in none of the languages that the caller asked for. */
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
  /** Relative to the root. If the name is not UTF-8, U+FFFD replaces what cannot be shown. */
  readonly path: string;
  /** Why it has no record. */
  readonly reason: SkipReason;
  /** What a person should know besides the reason. */
  readonly detail?: string;
  /** Bytes, if the size is the reason. */
  readonly size?: number;
}

/**
 * True if the known record of a skipped file stays. If metacache could not find out what the file
 * contains now, the record stays: a failure is not an absence (law 6). Every other reason is a fact
 * about the file itself, and its record is removed.
 */
export function keepsRecord(reason: SkipReason): boolean {
  return reason === "unreadable" || reason === "changing" || reason === "extractor-failed";
}

/** Returns how many paths were skipped for each reason that occurred. */
export function countReasons(skipped: readonly SkippedPath[]): ReadonlyMap<SkipReason, number> {
  const counts = new Map<SkipReason, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts;
}
