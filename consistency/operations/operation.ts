import type { MetadataQuery } from "../../src/query/metadata-query.ts";

/** A question about all files of a project, as plain JSON. */
export interface Question extends Omit<MetadataQuery, "pathPattern" | "cursor"> {
  readonly pathPattern?: string | undefined;
}

/** Where the page before ended: the value that the order compares first, and the path. */
export type PageEnd = readonly [value: string | number, path: string];

/** A file at some time. The record's digest identifies all of it. */
export type NamedFile = readonly [path: string, digest: string];

/**
 * When something started and ended, in microseconds on the clock that all processes of a machine
 * share.
 */
interface Span {
  readonly begin: number;
  readonly end: number;
}

/**
 * `project` is an index of `PROJECTS`. The revision is that of the answer, or that of the cache
 * when the operation ended.
 */
interface AtRevision extends Span {
  readonly project: number;
  readonly revision: number;
}

export interface Writing {
  readonly kind: "writing";
  /** The name of this write in this log. */
  readonly write: string;
  readonly project: number;
  readonly begin: number;
  readonly put: readonly NamedFile[];
  readonly remove: readonly string[];
}

export interface Written extends AtRevision {
  readonly kind: "written";
  readonly write: string;
  /** How many rows changed, by the report. */
  readonly changed: number;
  /**
   * The write is committed, and the cache does not show it yet. So the cache has not been at its
   * revision.
   */
  readonly behind?: true;
}

export interface Failed extends Span {
  readonly kind: "failed";
  readonly what: string;
  readonly write?: string;
  readonly code: string;
  readonly fault?: string;
  readonly message: string;
}

export interface GetAnswer extends AtRevision {
  readonly kind: "get";
  readonly latest: boolean;
  readonly path: string;
  readonly digest: string | null;
  /**
   * The cache's revision right before the call. The answer is of a revision between it and
   * `revision`.
   */
  readonly from: number;
}

export interface QueryAnswered extends AtRevision {
  readonly kind: "query";
  readonly latest: boolean;
  readonly question: Question;
  /** For every page except the first. */
  readonly after?: PageEnd;
  readonly total: number;
  /** True if there is a next page. */
  readonly more: boolean;
  /** The selected fields of each item. For whole records, their path and digest. */
  readonly items: readonly (readonly unknown[])[];
}

/** The symbols named `name`, as path, line, name and kind, in the order of paths and lines. */
export interface SymbolsAnswered extends AtRevision {
  readonly kind: "symbols";
  readonly latest: boolean;
  readonly name: string | { readonly prefix: string };
  readonly limit: number;
  readonly total: number;
  readonly items: readonly FoundName[];
}

export type FoundName = readonly [path: string, line: number, name: string, kind: string];

/**
 * Paths from the index alone. The answer is of one revision between `from`, right before the call,
 * and `revision`, right after it.
 */
export interface PathsAnswered extends AtRevision {
  readonly kind: "paths";
  readonly question: Question;
  readonly paths: readonly string[];
  readonly from: number;
}

/** The same for `count`. */
export interface Counted extends AtRevision {
  readonly kind: "count";
  readonly question: Question;
  readonly total: number;
  readonly from: number;
}

/** The content of a cache after all have ended, and the findings of its own checks. */
export interface Final extends AtRevision {
  readonly kind: "final";
  readonly files: readonly NamedFile[];
  readonly findings: readonly string[];
}

/** One line of a process's log. */
export type Operation =
  /** A cache was opened. A new life begins, and nothing was seen before. */
  | (AtRevision & { readonly kind: "open" | "sync" })
  /** A thread has attached to its process's cache. */
  | (AtRevision & { readonly kind: "attach" })
  | GetAnswer
  | QueryAnswered
  | SymbolsAnswered
  | PathsAnswered
  | Counted
  /**
   * Logged before the write starts, so that a write during which the process was killed is known.
   */
  | Writing
  | Written
  | Failed
  | Final
  /** A returned record is not the record of its path and digest. */
  | (Span & { readonly kind: "mixed"; readonly project: number; readonly path: string; readonly digest: string });

/** The `code` of a write that its writer rolled back. */
export const ROLLED_BACK = "rolled back";

export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
