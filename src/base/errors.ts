/**
 * Every error that metacache throws is a `MetacacheError` with a stable `code`.
 *
 * Branch on `code`, not on the class: codes survive a second copy of this package and the way
 * through a worker thread. The message says what happened, with which value, and what to do. What to do is also the `remedy`.
 */
export type ErrorCode =
  | "E_ARGUMENT"
  | "E_CLOSED"
  | "E_COMPONENT"
  | "E_CONFIG"
  | "E_DATABASE_UNAVAILABLE"
  | "E_INVARIANT"
  | "E_NOT_INITIALIZED"
  | "E_PATH"
  | "E_PROJECT_UNKNOWN"
  | "E_QUERY"
  | "E_RECORD"
  | "E_SCHEMA_TOO_NEW"
  | "E_SOURCE"
  | "E_TIMEOUT";

/** What an error has besides its code and its problem. */
export interface MetacacheErrorOptions extends ErrorOptions {
  /** What to do about it: the end of the message, and a field of its own. */
  readonly remedy?: string | undefined;
}

/** An error of metacache's. Tell it from others by `isMetacacheError`. */
export class MetacacheError extends Error {
  /** What kind of failure it is. Stable: branch on it. */
  readonly code: ErrorCode;
  /** What to do about it, for programs: the message ends with it. `undefined` if what is wrong says that already. */
  readonly remedy: string | undefined;

  /** `problem` is what happened, and with which value. The message is the problem and the remedy. */
  constructor(code: ErrorCode, problem: string, options: MetacacheErrorOptions = {}) {
    super(options.remedy === undefined ? problem : `${problem}${REMEDY_FOLLOWS}${options.remedy}`, options);
    this.name = new.target.name;
    this.code = code;
    this.remedy = options.remedy;
  }
}

const REMEDY_FOLLOWS = ": ";

/** The remedy of every `E_INVARIANT`. */
export const REPORT = "this is a bug in metacache, please report it";

/** A configuration that cannot be used; `problems` has one line for each fault found. */
export class ConfigError extends MetacacheError {
  /** One line for each fault that was found. */
  readonly problems: readonly string[];

  constructor(subject: string, problems: readonly string[], options?: MetacacheErrorOptions) {
    super("E_CONFIG", `${subject}: ${problems.join("; ")}`, options);
    this.problems = problems;
  }
}

/** Why a database could not do what was asked. */
export type DatabaseFault =
  | "closed"
  | "corrupt"
  | "denied"
  | "full"
  | "io"
  | "locked"
  | "missing"
  | "not-a-database"
  | "read-only"
  /** Whether a write was committed cannot be found out: the connection was lost at that moment, and the server is gone. */
  | "uncertain"
  | "unreachable";

/** The store of record cannot be reached or cannot do what was asked: a failure, never an absence (law 6). */
export class DatabaseUnavailableError extends MetacacheError {
  /** Why the database could not do what was asked. */
  readonly fault: DatabaseFault;

  constructor(fault: DatabaseFault, problem: string, options?: MetacacheErrorOptions) {
    super("E_DATABASE_UNAVAILABLE", problem, options);
    this.fault = fault;
  }
}

/** A component was used before it was started. */
export class ComponentNotInitializedError extends MetacacheError {
  constructor(component: string) {
    super("E_NOT_INITIALIZED", `component "${component}" is not initialized`, {
      remedy: "start it (or the registry it belongs to) before using it",
    });
  }
}

/** True for any error of metacache's, or with `code` given, for one with that code. */
export function isMetacacheError(error: unknown, code?: ErrorCode): error is MetacacheError {
  const found = codeOf(error);
  return code === undefined ? found?.startsWith("E_") === true : found === code;
}

/** The `code` of anything that was thrown: of a failed system call (`EACCES`), of PostgreSQL (its SQLSTATE) or of metacache. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** True if the error says that there is no such file: the only errors that mean an absence (law 6). */
export function isAbsence(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

/** The message of anything that was thrown, however odd. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "something that cannot be shown was thrown";
  }
}

/** What to do about anything that was thrown, if it says so. */
export function remedyOf(error: unknown): string | undefined {
  return isMetacacheError(error) && typeof error.remedy === "string" ? error.remedy : undefined;
}

/** The message of anything that was thrown, without its remedy. */
export function problemOf(error: unknown): string {
  const message = messageOf(error);
  const end = `${REMEDY_FOLLOWS}${remedyOf(error)}`;
  return message.endsWith(end) ? message.slice(0, -end.length) : message;
}
