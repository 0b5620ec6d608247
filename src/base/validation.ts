import { LONGEST_MS } from "./clock.ts";
import { type ErrorCode, MetacacheError, messageOf } from "./errors.ts";

/** Nobody reads more problems than this. The search in a list with a million holes stops here. */
const MANY_PROBLEMS = 1_000;
const SHOWN_PROBLEMS = 20;

/**
 * Collects all problems of one untrusted value, each with its path within that value, so that a
 * caller learns of all of them at once. Each check returns the value with its type. If the value is
 * wrong, the check notes a problem and returns a harmless value instead. So look at `found` before
 * you use a result.
 */
export class Problems {
  readonly found: string[] = [];
  /**
   * The first problems of a long list: enough to act on. One broken producer can cause thousands.
   */
  get summary(): string {
    const shown = this.found.slice(0, SHOWN_PROBLEMS).join("; ");
    return this.found.length > SHOWN_PROBLEMS ? `${shown}; and ${this.found.length - SHOWN_PROBLEMS} more` : shown;
  }

  /**
   * Where the checks are now within the value. Written as text only for a problem, since most
   * values have none.
   */
  readonly #path: (string | number)[] = [];

  /** Until `leave`, all checks are about the value under `key`. */
  enter(key: string | number): void {
    this.#path.push(key);
  }

  leave(): void {
    this.#path.pop();
  }

  /**
   * Notes a problem. `at` is relative to the keys entered so far; empty means the entered value
   * itself.
   */
  add(at: string, message: string): void {
    const keys = at === "" ? this.#path : [...this.#path, at];
    const path = keys.map((key, index) => (typeof key === "number" ? `[${key}]` : index === 0 ? key : `.${key}`)).join("");
    this.found.push(path === "" ? message : `${path} ${message}`);
  }

  /**
   * Requires a string that survives storage: UTF-8 changes a lone surrogate, and PostgreSQL refuses
   * a NUL.
   */
  text(at: string, value: unknown): string {
    if (typeof value !== "string") this.add(at, `must be a string, not ${describe(value)}`);
    else if (!value.isWellFormed()) this.add(at, `must be well-formed Unicode, not ${describe(value)}`);
    else if (value.includes("\0")) this.add(at, `must not contain a NUL character: ${describe(value)}`);
    else return value;
    return "";
  }

  /** Requires an integer from `min` to `max`. */
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

  /**
   * Goes through a list, with holes as `undefined`. Stops early if there are already enough
   * problems to act on.
   */
  *items(list: readonly unknown[]): Generator<unknown, void, undefined> {
    // By subscript: all other ways to go through a list skip holes.
    for (let index = 0; index < list.length && this.found.length < MANY_PROBLEMS; index++) yield list[index];
  }

  list(at: string, value: unknown): readonly unknown[] {
    if (isList(value)) return value;
    this.add(at, `must be a list, not ${describe(value)}`);
    return [];
  }

  /** Requires a waiting time. Returns at most the longest time of a timer, also for `Infinity`. */
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

  /**
   * Requires an object of the user's program that metacache calls, such as a logger. `undefined`
   * means the default.
   */
  withMethods<T>(at: string, value: T, methods: readonly string[]): T {
    if (value !== undefined && !hasMethods(value, methods)) {
      this.add(at, `must be an object with the methods ${methods.join(", ")}, not ${describe(value)}`);
    }
    return value;
  }

  /** Requires a plain object. With `known`, it must not have any other key. */
  object(at: string, value: unknown, known?: readonly string[]): Readonly<Record<string, unknown>> {
    if (typeof value !== "object" || value === null || isList(value)) {
      this.add(at, `must be an object, not ${describe(value)}`);
      return {};
    }
    if (known !== undefined) {
      for (const key of Object.keys(value)) {
        if (!known.includes(key)) this.add(at === "" ? key : `${at}.${key}`, `is unknown; use one of ${known.join(", ")}`);
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
 * Reads a value from outside of metacache. A getter or a proxy can throw any error: it becomes a
 * `MetacacheError` with `code`, like every other unusable value.
 */
export function readInput<T>(code: ErrorCode, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MetacacheError) throw error;
    throw new MetacacheError(code, `${what} cannot be read: ${messageOf(error)}`, { remedy: "give plain data", cause: error });
  }
}

/** Returns a short, safe description of any value, for messages. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (value === null || typeof value === "number" || typeof value === "boolean" || value === undefined) return String(value);
  try {
    return Array.isArray(value) ? `a list of ${value.length}` : `a value of type ${typeof value}`;
  } catch {
    return "a proxy that cannot be inspected";
  }
}

function isList(value: unknown): value is readonly unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false; // A revoked proxy.
  }
}
