import { type ErrorCode, isMetacacheError, problemOf, remedyOf } from "./errors.ts";

/**
 * What kind of finding it is, for programs. A code keeps its meaning, but the texts beside it may
 * change.
 */
export type FindingCode =
  // In the memory of a cache: a bug in metacache.
  | "EVICTION_COUNT"
  | "EVICTION_LIST"
  | "INDEX_COUNT"
  | "INDEX_ORDER"
  | "INDEX_PATH"
  | "INDEX_TERMS"
  | "SHARING_INDEX"
  | "SHARING_RECORD"
  | "SHARING_SPACE"
  | "STATE_RECORD"
  | "STATE_TERMS"
  | "STATE_UNREADABLE"
  | "STORAGE_BOUND"
  | "STORAGE_COUNT"
  | "STORAGE_RECORD"
  | "STORAGE_STRATEGY"
  // Between the memory of a cache and the rows of its database.
  | "ROW_CONTENT"
  | "ROW_MISSING"
  | "ROW_NOT_INDEXED"
  | "ROW_REVISION"
  | "ROW_UNREADABLE"
  // In a database.
  | "DATABASE_CHANGE_LOG"
  | "DATABASE_CHECKPOINT"
  | "DATABASE_CONNECTIONS"
  | "DATABASE_DAMAGED"
  | "DATABASE_LOG_SIZE"
  | "DATABASE_NOTIFICATIONS"
  | "DATABASE_SCHEMA"
  | "DATABASE_TRANSACTION"
  | "DATABASE_WRITE"
  // Between the records of a project and its source tree.
  | "PROJECT_EMPTY"
  | "TREE_INCOMPLETE"
  | "TREE_OUTDATED"
  | "TREE_UNTRUSTED";

/**
 * Something that is wrong, as data. `verify`, `verifyAgainstDatabase`, `examine` and the command
 * `doctor` return findings.
 */
export interface Finding {
  /** If an error ended the search, this is the code of that error. */
  readonly code: FindingCode | ErrorCode;
  /** The file that the finding is about, if there is one. */
  readonly path?: string;
  /** What is wrong: a sentence without its full stop. */
  readonly problem: string;
  /** What to do now. */
  readonly remedy?: string;
}

/**
 * Makes a finding. Pass `remedy` unless the finding means a bug in metacache: the default remedy
 * says so.
 */
export function finding(code: FindingCode, problem: string, about: { readonly path?: string; readonly remedy?: string } = {}): Finding {
  const { path, remedy = "open the cache again, and report this: it is a bug in metacache" } = about;
  return path === undefined ? { code, problem, remedy } : { code, path, problem, remedy };
}

/** Makes a finding of an error that ended a search. */
export function findingOf(error: unknown): Finding {
  const code = isMetacacheError(error) ? error.code : "E_INVARIANT";
  const remedy = remedyOf(error);
  return remedy === undefined ? { code, problem: problemOf(error) } : { code, problem: problemOf(error), remedy };
}

/** The finding as one line for people. */
export function describeFinding({ problem, remedy }: Finding): string {
  return remedy === undefined ? problem : `${problem}: ${remedy}`;
}
