import { LONGEST_MS } from "./clock.ts";
import { type ErrorCode, MetacacheError, messageOf } from "./errors.ts";

/** As many problems as anybody reads. A list with a million holes is not looked at to its end. */
const MANY_PROBLEMS = 1_000;
const SHOWN_PROBLEMS = 20;

/**
 * Collects every problem of one untrusted value, each with its path within that value, so that a
 * caller learns of all faults at once. The checks return the value typed, or a harmless stand-in
 * after noting a problem: whoever uses this must look at `found` before using the result.
 */
export class Problems {
  readonly found: string[] = [];
  /** Enough of a long list of problems to act on: one broken producer can make thousands. */
  get summary(): string {
    const shown = this.found.slice(0, SHOWN_PROBLEMS).join("; ");
    return this.found.length > SHOWN_PROBLEMS ? `${shown}; and ${this.found.length - SHOWN_PROBLEMS} more` : shown;
  }

  /** Where in the value the checks are now; spelt out only for a problem, since most values have none. */
  readonly #path: (string | number)[] = [];

  /** The checks until `leave` are of what stands under `key`. */
  enter(key: string | number): void {
    this.#path.push(key);
  }

  leave(): void {
    this.#path.pop();
  }

  /** `at` is relative to what was entered; empty for that itself. */
  add(at: string, message: string): void {
    const keys = at === "" ? this.#path : [...this.#path, at];
    const path = keys.map((key, index) => (typeof key === "number" ? `[${key}]` : index === 0 ? key : `.${key}`)).join("");
    this.found.push(path === "" ? message : `${path} ${message}`);
  }

  /** A string that survives UTF-8: a lone surrogate or (in PostgreSQL) a NUL would not come back as it went. */
  text(at: string, value: unknown): string {
    if (typeof value !== "string") this.add(at, `must be a string, not ${describe(value)}`);
    else if (!value.isWellFormed()) this.add(at, `must be well-formed Unicode, not ${describe(value)}`);
    else if (value.includes("\0")) this.add(at, `must not contain a NUL character: ${describe(value)}`);
    else return value;
    return "";
  }

  /** An integer within [min, max]. */
  integer(at: string, value: unknown, min: number = 0, max: number = Number.MAX_SAFE_INTEGER): number {
    if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return (value as number) + 0;
    this.add(at, `must be an integer from ${min} to ${max}, not ${describe(value)}`);
    return min;
  }

  truth(at: string, value: unknown): boolean {
    if (typeof value !== "boolean") this.add(at, `must be true or false, not ${describe(value)}`);
    return value === true;
  }

  oneOf<T extends string>(at: string, value: unknown, allowed: readonly T[]): T {
    if (typeof value === "string" && (allowed as readonly string[]).includes(value)) return value as T;
    this.add(at, `must be one of ${allowed.map((name) => `"${name}"`).join(", ")}, not ${describe(value)}`);
    return allowed[0] as T;
  }

  /** A whole list, its holes as `undefined`; only its beginning if enough problems were found to act on. */
  *items(list: readonly unknown[]): Generator<unknown, void, undefined> {
    // By index: the other ways to go through a list pass over holes.
    for (let index = 0; index < list.length && this.found.length < MANY_PROBLEMS; index++) yield list[index];
  }

  list(at: string, value: unknown): readonly unknown[] {
    if (isList(value)) return value;
    this.add(at, `must be a list, not ${describe(value)}`);
    return [];
  }

  /** A time to wait: at most what a timer can be set to, `Infinity` included. */
  milliseconds(at: string, value: unknown): number {
    if (typeof value === "number" && value >= 0) return Math.min(value, LONGEST_MS);
    this.add(at, `must be a number of milliseconds from 0, not ${describe(value)}`);
    return 0;
  }

  signal(at: string, value: unknown): AbortSignal | undefined {
    if (value === undefined) return undefined;
    if (hasMethods(value, ["addEventListener", "removeEventListener", "throwIfAborted"])) return value as AbortSignal;
    this.add(at, `must be an AbortSignal, not ${describe(value)}`);
    return undefined;
  }

  callback<F>(at: string, value: F): F {
    if (value !== undefined && typeof value !== "function") this.add(at, `must be a function, not ${describe(value)}`);
    return value;
  }

  /** Something of the program's own that is called back, such as a logger; `undefined` stands for the default. */
  withMethods<T>(at: string, value: T, methods: readonly string[]): T {
    if (value !== undefined && !hasMethods(value, methods)) {
      this.add(at, `must be an object with the methods ${methods.join(", ")}, not ${describe(value)}`);
    }
    return value;
  }

  /** A plain object; with `known` given, one without any other key. */
  object(at: string, value: unknown, known?: readonly string[]): Readonly<Record<string, unknown>> {
    if (typeof value !== "object" || value === null || isList(value)) {
      this.add(at, `must be an object, not ${describe(value)}`);
      return {};
    }
    if (known !== undefined) {
      for (const key of Object.keys(value)) {
        if (!known.includes(key)) this.add(at === "" ? key : `${at}.${key}`, `is not known; known are ${known.join(", ")}`);
      }
    }
    return value as Readonly<Record<string, unknown>>;
  }
}

function hasMethods(value: unknown, methods: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return methods.every((method) => typeof (value as Readonly<Record<string, unknown>>)[method] === "function");
}

/**
 * Reads a value that comes from outside. A getter or a proxy may throw whatever it likes: that becomes a `MetacacheError` with `code`, as
 * any other value that is no use.
 */
export function readInput<T>(code: ErrorCode, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MetacacheError) throw error;
    throw new MetacacheError(code, `${what} cannot be read: ${messageOf(error)}`, { remedy: "give plain data", cause: error });
  }
}

/** A short, safe rendering of any value for a message. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (value === null || typeof value === "number" || typeof value === "boolean" || value === undefined) return String(value);
  try {
    return Array.isArray(value) ? `a list of ${value.length}` : `a value of type ${typeof value}`;
  } catch {
    return "a proxy that cannot be looked at";
  }
}

function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false; // A proxy that was revoked.
  }
}
