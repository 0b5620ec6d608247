/**
 * Every error that metacache throws is a `MetacacheError` with a stable `code`.
 *
 * Branch on `code`, not on the class: a code survives a second copy of this package, and the way
 * through a worker thread. The message says what happened, with which value, and what to do. The
 * `remedy` holds what to do as a field of its own.
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

/** The parts of an error besides its code and its problem. */
export interface MetacacheErrorOptions extends ErrorOptions {
  /** What to do now. The message ends with it, and it is a field of the error. */
  readonly remedy?: string | undefined;
}

/** An error of metacache. `isMetacacheError` distinguishes it from other errors. */
export class MetacacheError extends Error {
  /** What kind of failure it is. Stable: branch on it. */
  readonly code: ErrorCode;
  /**
   * What to do now, for programs. The message ends with it. `undefined` if the problem itself says
   * what to do.
   */
  readonly remedy: string | undefined;

  /**
   * `problem` says what happened, and with which value. The message is the problem, followed by the
   * remedy.
   */
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

/** Thrown for a configuration that cannot be used. `problems` has one line for each problem. */
export class ConfigError extends MetacacheError {
  /** One line for each problem. */
  readonly problems: readonly string[];

  constructor(subject: string, problems: readonly string[], options?: MetacacheErrorOptions) {
    super("E_CONFIG", `${subject}: ${problems.join("; ")}`, options);
    this.problems = problems;
  }
}

/** Why a database could not do what the caller asked. */
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
  /**
   * The connection broke during the commit and the server is gone: nobody can tell if the write was
   * committed.
   */
  | "uncertain"
  | "unreachable";

/**
 * The store cannot be reached, or cannot do what the caller asked. This is a failure: it never
 * means that a record is absent (law 6).
 */
export class DatabaseUnavailableError extends MetacacheError {
  /** Why the database could not do what the caller asked. */
  readonly fault: DatabaseFault;

  constructor(fault: DatabaseFault, problem: string, options?: MetacacheErrorOptions) {
    super("E_DATABASE_UNAVAILABLE", problem, options);
    this.fault = fault;
  }
}

/** Thrown if a component is used before it is started. */
export class ComponentNotInitializedError extends MetacacheError {
  constructor(component: string) {
    super("E_NOT_INITIALIZED", `component "${component}" is not initialized`, {
      remedy: "start it (or the registry it belongs to) before using it",
    });
  }
}

/** True for every error of metacache, or, with `code`, for every error with this code. */
export function isMetacacheError(error: unknown, code?: ErrorCode): error is MetacacheError {
  const found = codeOf(error);
  return code === undefined ? found?.startsWith("E_") === true : found === code;
}

/**
 * The `code` of any thrown value: of a failed system call (`EACCES`), of PostgreSQL (its SQLSTATE)
 * or of metacache.
 */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** True if the error says that a file does not exist. No other error means an absence (law 6). */
export function isAbsence(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

/** The message of any thrown value. Never throws. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "an error that cannot be shown";
  }
}

/** The remedy of any thrown value, if it has one. */
export function remedyOf(error: unknown): string | undefined {
  return isMetacacheError(error) && typeof error.remedy === "string" ? error.remedy : undefined;
}

/** The message of any thrown value, without its remedy. */
export function problemOf(error: unknown): string {
  const message = messageOf(error);
  const end = `${REMEDY_FOLLOWS}${remedyOf(error)}`;
  return message.endsWith(end) ? message.slice(0, -end.length) : message;
}
