/** The only source of time and timers, so that tests can control both. */
export interface Clock {
  /**
   * Milliseconds since the Unix epoch: the time that people read. People set this clock, so never
   * measure a duration with it.
   */
  now(): number;
  /**
   * Microseconds since a fixed point, with a fraction. Nobody can set this clock, and it never goes
   * back. Measure durations with it.
   */
  microseconds(): number;
  /**
   * Runs `task` once after `ms`, at most `LONGEST_MS`. Returns a function that cancels the timer.
   * An `"awaited"` timer keeps the process alive, because a caller awaits its result. A
   * `"background"` timer does not.
   */
  schedule(ms: number, task: () => void, purpose?: TimerPurpose): () => void;
  /** Resolves after `ms`. Unlike a scheduled task, it always keeps the process alive. */
  sleep(ms: number): Promise<void>;
  /** Resolves on a later turn of the event loop, so that pending input and timers run first. */
  yield(): Promise<void>;
}

export const CLOCK_METHODS: readonly (keyof Clock)[] = ["now", "microseconds", "schedule", "sleep", "yield"];

/** Whether a timer keeps the process alive: `"awaited"` does, `"background"` does not. */
export type TimerPurpose = "background" | "awaited";

/**
 * The longest time that a timer of Node accepts, about 25 days. Node treats a longer time as 1 ms.
 */
export const LONGEST_MS: number = 2 ** 31 - 1;

/**
 * A moment, read from both clocks: the time that people read, and a time for measuring how long ago
 * the moment is.
 */
export interface Moment {
  /** From `Clock.now`. */
  readonly now: number;
  /** From `Clock.microseconds`. */
  readonly us: number;
}

export function currentMoment(clock: Clock): Moment {
  return { now: clock.now(), us: clock.microseconds() };
}

/** The milliseconds since `us`, which is a time of `Clock.microseconds`. */
export function millisecondsSince(us: number, clock: Clock): number {
  return Math.max(0, Math.floor((clock.microseconds() - us) / 1_000));
}

/**
 * The age of something in milliseconds, to decide if it is stale. Returns the larger age of the two
 * clocks, because each clock alone can show too little: people can set `now` back, and
 * `microseconds` stops while the machine sleeps. If somebody sets the clock forward, the thing
 * looks too old until the next confirmation.
 */
export function elapsedSince(moment: Moment, clock: Clock): number {
  return Math.max(0, clock.now() - moment.now, Math.floor((clock.microseconds() - moment.us) / 1_000));
}

// Taken when the module loads, so that fake timers which a test installs later do not stop ours.
const { setTimeout, clearTimeout, setImmediate } = globalThis;
const dateNow: () => number = Date.now;
const performanceNow: () => number = performance.now.bind(performance);

/**
 * The milliseconds since this process started, including the time before its first line of code. In
 * a worker thread: since the thread started.
 */
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
