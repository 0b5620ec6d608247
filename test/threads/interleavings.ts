/**
 * One step of a thread on shared memory, as atomic as an `Atomics` call is: a load gives back what
 * the word was.
 */
export type Access =
  | { readonly kind: "load"; readonly at: number }
  | { readonly kind: "store"; readonly at: number; readonly value: number };

/**
 * A thread: yields its accesses, is given what each load found, and returns what it has come to.
 */
export type Thread<T> = () => Generator<Access, T, number>;

export interface Outcome<T> {
  readonly results: readonly T[];
  /** In which order the threads took their steps. */
  readonly schedule: readonly number[];
}

/**
 * Every way in which the steps of some threads can follow each other, each from the same memory:
 * sequential consistency is just that. A thread that waits by looking again and again is cut off
 * after `maxSteps` of its own; such a schedule has no outcome.
 */
export function* interleavings<T>(
  memory: readonly number[],
  threads: readonly Thread<T>[],
  maxSteps = 40,
): Generator<Outcome<T>, void, undefined> {
  const pending: number[][] = [[]];
  for (let prefix = pending.pop(); prefix !== undefined; prefix = pending.pop()) {
    const words = [...memory];
    const running = threads.map((thread) => thread());
    const next = running.map((thread) => thread.next());
    const steps = threads.map(() => 0);
    const schedule: number[] = [];
    for (;;) {
      const runnable = next.flatMap(({ done }, thread) => (done === true ? [] : [thread]));
      if (runnable.length === 0) {
        yield { results: next.map(({ value }) => value as T), schedule };
        break;
      }
      const chosen = prefix[schedule.length] ?? runnable[0] ?? 0;
      // The others that could have gone instead, from here on: a schedule of its own.
      if (schedule.length >= prefix.length) for (const other of runnable.slice(1)) pending.push([...schedule, other]);
      schedule.push(chosen);
      if ((steps[chosen] = (steps[chosen] ?? 0) + 1) > maxSteps) break;
      const access = next[chosen]?.value as Access;
      if (access.kind === "store") words[access.at] = access.value;
      const thread = running[chosen];
      if (thread !== undefined) next[chosen] = thread.next(access.kind === "load" ? (words[access.at] ?? 0) : 0);
    }
  }
}

export function* load(at: number): Generator<Access, number, number> {
  return yield { kind: "load", at };
}

export function* store(at: number, value: number): Generator<Access, void, number> {
  yield { kind: "store", at, value };
}
