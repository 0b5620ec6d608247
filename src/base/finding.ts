import { type ErrorCode, isMetacacheError, problemOf, remedyOf } from "./errors.ts";

/** What is wrong, for programs: a code keeps its meaning, the texts beside it may change. */
export type FindingCode =
  // The memory of a cache: a bug in metacache.
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
  // The memory of a cache beside the rows of its database.
  | "ROW_CONTENT"
  | "ROW_MISSING"
  | "ROW_NOT_INDEXED"
  | "ROW_REVISION"
  | "ROW_UNREADABLE"
  // A database.
  | "DATABASE_CHANGE_LOG"
  | "DATABASE_CHECKPOINT"
  | "DATABASE_CONNECTIONS"
  | "DATABASE_DAMAGED"
  | "DATABASE_LOG_SIZE"
  | "DATABASE_NOTIFICATIONS"
  | "DATABASE_SCHEMA"
  | "DATABASE_TRANSACTION"
  | "DATABASE_WRITE"
  // The records of a project beside its source tree.
  | "PROJECT_EMPTY"
  | "TREE_INCOMPLETE"
  | "TREE_OUTDATED"
  | "TREE_UNTRUSTED";

/** Something that is wrong, as data: `verify`, `verifyAgainstDatabase`, `examine` and the command `doctor` all return it. */
export interface Finding {
  /** If an error ended the search, the code of that error. */
  readonly code: FindingCode | ErrorCode;
  /** The file that it is about, if it is about one. */
  readonly path?: string;
  /** What is wrong, as a sentence without its full stop. */
  readonly problem: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** `remedy` is for what is a bug in metacache unless another one is given. */
export function finding(code: FindingCode, problem: string, about: { readonly path?: string; readonly remedy?: string } = {}): Finding {
  const { path, remedy = "open the cache again, and report this: it is a bug in metacache" } = about;
  return path === undefined ? { code, problem, remedy } : { code, path, problem, remedy };
}

/** The error that ended a search, as what it found. */
export function findingOf(error: unknown): Finding {
  const code = isMetacacheError(error) ? error.code : "E_INVARIANT";
  const remedy = remedyOf(error);
  return remedy === undefined ? { code, problem: problemOf(error) } : { code, problem: problemOf(error), remedy };
}

/** One line for a person. */
export function describeFinding({ problem, remedy }: Finding): string {
  return remedy === undefined ? problem : `${problem}: ${remedy}`;
}
