import { MetacacheError, REPORT } from "./errors.ts";

/**
 * Asserts an invariant of metacache itself: a failure is a bug here, not bad input. A message that names values is a function, so that it is
 * built only if the condition fails; where the call is hot, a constant costs less than a function.
 */
export function assert(condition: unknown, message: string | (() => string)): asserts condition {
  if (condition !== true && !condition) throw invariantError(typeof message === "string" ? message : message());
}

/** The default of a switch over a closed union: a type error where a case is missing. */
export function unreachable(value: never): never {
  throw invariantError(`unreachable: ${String(value)}`);
}

function invariantError(message: string): MetacacheError {
  return new MetacacheError("E_INVARIANT", message, { remedy: REPORT });
}
