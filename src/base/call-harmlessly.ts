/**
 * Calls a function of the user's program from a place where nobody can handle its errors: a timer,
 * an event handler, work that nobody awaits. Passes everything that the function throws or rejects
 * with to `onFailure`, and never throws.
 */
export function callHarmlessly(call: () => unknown, onFailure: (error: unknown) => void): void {
  try {
    const result = call();
    if (result instanceof Promise) result.catch(onFailure);
  } catch (error) {
    onFailure(error);
  }
}
