/** The only source of time and timers, so that tests can own both. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Microseconds since some fixed point, with a fraction: for measuring what is too short for `now`. */
  microseconds(): number;
  /** Runs `task` once after `ms`; the timer does not keep the process alive. Returns how to cancel it. */
  schedule(ms: number, task: () => void): () => void;
  /** Resolves after `ms`; unlike a scheduled task, it keeps the process alive. */
  sleep(ms: number): Promise<void>;
  /** Resolves on a later turn of the event loop, so that waiting input and timers run first. */
  yield(): Promise<void>;
}

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

/**
 * How many milliseconds have passed, at least what either clock says: the one that people set may have been set back, the other one stands still
 * while the machine sleeps.
 */
export function elapsedSince(moment: Moment, clock: Clock): number {
  return Math.max(0, clock.now() - moment.now, Math.floor((clock.microseconds() - moment.us) / 1_000));
}

export const systemClock: Clock = {
  now: () => Date.now(),
  microseconds: () => performance.now() * 1_000,
  schedule(ms, task) {
    const timer = setTimeout(task, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  yield: () => new Promise((resolve) => setImmediate(resolve)),
};
