/**
 * Freezes a value and everything inside. For values that nobody else holds: those that came in a
 * message, or were made for one answer. Skips a frozen value, because its parts are frozen too.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}
