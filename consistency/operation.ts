import type { MetadataQuery } from "../src/query/metadata-query.ts";

/** A question on all files of a project, as plain JSON. */
export interface Question extends Omit<MetadataQuery, "pathPattern" | "cursor"> {
  readonly pathPattern?: string | undefined;
}

/** Where the page before ended: the value that the order compares first, and the path. */
export type PageEnd = readonly [value: string | number, path: string];

/** A file as it was: the record's digest names all of it. */
export type NamedFile = readonly [path: string, digest: string];

/** When something began and ended, in microseconds on the clock that all processes of a machine share. */
interface Span {
  readonly begin: number;
  readonly end: number;
}

/** `project` is an index of `PROJECTS`. The revision is the one that the cache was at when this ended, or that the answer names. */
interface AtRevision extends Span {
  readonly project: number;
  readonly revision: number;
}

export interface Writing {
  readonly kind: "writing";
  /** The name of this write, in this log. */
  readonly write: string;
  readonly project: number;
  readonly begin: number;
  readonly put: readonly NamedFile[];
  readonly remove: readonly string[];
}

export interface Written extends AtRevision {
  readonly kind: "written";
  readonly write: string;
  /** How many rows the report says were changed. */
  readonly changed: number;
  /** It is committed, and the cache does not show it yet: so the cache has not been at its revision. */
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
  /** The cache's revision right before the call: the answer is of one between it and `revision`. */
  readonly from: number;
}

export interface QueryAnswered extends AtRevision {
  readonly kind: "query";
  readonly latest: boolean;
  readonly question: Question;
  /** For a page that is not the first. */
  readonly after?: PageEnd;
  readonly total: number;
  /** Whether there is a next page. */
  readonly more: boolean;
  /** Of each item the fields that were selected; of whole records, path and digest. */
  readonly items: readonly (readonly unknown[])[];
}

/** What is called `name`, as path, line, name and kind, in the order of paths and lines. */
export interface SymbolsAnswered extends AtRevision {
  readonly kind: "symbols";
  readonly latest: boolean;
  readonly name: string | { readonly prefix: string };
  readonly limit: number;
  readonly total: number;
  readonly items: readonly FoundName[];
}

export type FoundName = readonly [path: string, line: number, name: string, kind: string];

/** Of the index alone. The answer is of one revision between `from`, right before the call, and `revision`, right after it. */
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

/** What a cache holds after all have ended, and what its own checks found. */
export interface Final extends AtRevision {
  readonly kind: "final";
  readonly files: readonly NamedFile[];
  readonly findings: readonly string[];
}

/** One line of a process's log. */
export type Operation =
  /** A cache was opened: a new life begins, for which nothing was seen before. */
  | (AtRevision & { readonly kind: "open" | "sync" })
  /** A thread has attached itself to its process's cache. */
  | (AtRevision & { readonly kind: "attach" })
  | GetAnswer
  | QueryAnswered
  | SymbolsAnswered
  | PathsAnswered
  | Counted
  /** Logged before the write is made, so that one in whose middle the process was killed is known of. */
  | Writing
  | Written
  | Failed
  | Final
  /** A record that was handed out is not the one that its path and digest stand for. */
  | (Span & { readonly kind: "mixed"; readonly project: number; readonly path: string; readonly digest: string });

/** The `code` of a write that its writer took back. */
export const ROLLED_BACK = "rolled back";

export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}
