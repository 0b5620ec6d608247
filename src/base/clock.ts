/** The only source of time and timers, so that tests can own both. */
export interface Clock {
  /** Milliseconds since the Unix epoch: what a person calls the moment. People set this clock: never measure a duration with it. */
  now(): number;
  /** Microseconds since some fixed point, with a fraction. Never set, never goes back: the clock for durations. */
  microseconds(): number;
  /**
   * Runs `task` once after `ms`, at most `LONGEST_MS`. Returns how to cancel it. The timer keeps the process alive only if a caller
   * awaits what it brings (`"awaited"`).
   */
  schedule(ms: number, task: () => void, purpose?: TimerPurpose): () => void;
  /** Resolves after `ms`; unlike a scheduled task, it keeps the process alive. */
  sleep(ms: number): Promise<void>;
  /** Resolves on a later turn of the event loop, so that waiting input and timers run first. */
  yield(): Promise<void>;
}

export const CLOCK_METHODS: readonly (keyof Clock)[] = ["now", "microseconds", "schedule", "sleep", "yield"];

/** Whether a timer keeps the process alive: `"awaited"` does, `"background"` does not. */
export type TimerPurpose = "background" | "awaited";

/** What a timer of Node can be set to at most, about 25 days. It takes anything longer for 1 ms. */
export const LONGEST_MS: number = 2 ** 31 - 1;

/** A moment by both clocks: what a person calls it, and how long ago it is, which setting the clock does not change. */
export interface Moment {
  /** As `Clock.now`. */
  readonly now: number;
  /** As `Clock.microseconds`. */
  readonly us: number;
}

export function momentOf(clock: Clock): Moment {
  return { now: clock.now(), us: clock.microseconds() };
}

/** How many milliseconds have passed since the time `us` of `Clock.microseconds`, by that clock alone. */
export function millisecondsSince(us: number, clock: Clock): number {
  return Math.max(0, Math.floor((clock.microseconds() - us) / 1_000));
}

/**
 * How old something is, for saying that it may be stale: the larger of what the two clocks say. The one that people set may have been set
 * back, the other one stands still while the machine sleeps. A clock that was set forward makes it look too old until it is confirmed again.
 */
export function elapsedSince(moment: Moment, clock: Clock): number {
  return Math.max(0, clock.now() - moment.now, Math.floor((clock.microseconds() - moment.us) / 1_000));
}

// Taken when the module is loaded: a test that puts fake timers in their place later does not stop ours.
const { setTimeout, clearTimeout, setImmediate } = globalThis;
const dateNow: () => number = Date.now;
const performanceNow: () => number = performance.now.bind(performance);

/** How long this process has run, in milliseconds: what started before the first line of code is in it. In a worker thread, since the thread began. */
export function processMilliseconds(): number {
  return performanceNow();
}

/** The clock of the system, with Node's timers: the default of every cache. */
export const systemClock: Clock = {
  now: () => dateNow(),
  microseconds: () => performanceNow() * 1_000,
  schedule(ms, task, purpose = "background") {
    const timer = setTimeout(task, Math.min(ms, LONGEST_MS));
    if (purpose === "background") timer.unref();
    return () => clearTimeout(timer);
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, LONGEST_MS))),
  yield: () => new Promise((resolve) => setImmediate(resolve)),
};
