import { MetacacheError, REPORT } from "./errors.ts";

/**
 * Checks an invariant of metacache itself. A failure is a bug in metacache, not bad input. Pass a
 * function if the message names values: it runs only if the condition fails. Pass a constant in hot
 * code: it costs less than a function.
 */
export function assert(condition: unknown, message: string | (() => string)): asserts condition {
  if (condition !== true && !condition) throw invariantError(typeof message === "string" ? message : message());
}

/**
 * The default branch of a switch over a closed union. The compiler reports an error if a case is
 * missing.
 */
export function unreachable(value: never): never {
  throw invariantError(`unreachable: ${String(value)}`);
}

function invariantError(message: string): MetacacheError {
  return new MetacacheError("E_INVARIANT", message, { remedy: REPORT });
}
