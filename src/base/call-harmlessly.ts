/**
 * Calls a function of the program around us, from where nobody could handle what it throws: a timer, a handler, work that nobody awaits.
 * What it throws, or rejects with, goes to `onFailure`, and no further.
 */
export function callHarmlessly(call: () => unknown, onFailure: (error: unknown) => void): void {
  try {
    const result = call();
    if (result instanceof Promise) result.catch(onFailure);
  } catch (error) {
    onFailure(error);
  }
}
