import { type Clock, millisecondsSince } from "../../../base/clock.ts";
import { DatabaseUnavailableError } from "../../../base/errors.ts";
import { isLocked } from "./sqlite-faults.ts";

export interface LockWaitOptions {
  readonly file: string;
  readonly busyTimeoutMs: number;
  readonly clock: Clock;
  /** Throws if waiting is pointless, because the file was closed. */
  readonly assertOpen: () => void;
}

/**
 * Long enough to leave the processor to the holder of the lock, short enough to find the gap
 * between two writers.
 */
const LONGEST_PAUSE_MS = 16;

/**
 * Repeats `attempt` until no other connection holds the lock. Waits on the event loop, not on the
 * thread. The pauses are random, so that two waiting programs do not collide again and again. After
 * `busyTimeoutMs`, throws the fault "locked".
 */
export async function whenUnlocked<T>(attempt: () => T | Promise<T>, options: LockWaitOptions): Promise<T> {
  const { file, busyTimeoutMs, clock } = options;
  const start = clock.microseconds();
  for (let longest = 1; ; longest = Math.min(2 * longest, LONGEST_PAUSE_MS)) {
    options.assertOpen();
    try {
      return await attempt();
    } catch (error) {
      if (!isLocked(error)) throw error;
      const waited = millisecondsSince(start, clock);
      if (waited >= busyTimeoutMs) throw lockedError(file, waited, error);
      await clock.sleep(Math.min((0.5 + Math.random() / 2) * longest, busyTimeoutMs - waited));
    }
  }
}

function lockedError(file: string, waited: number, cause: unknown): DatabaseUnavailableError {
  const problem = `the database ${file} was still locked by another program after ${Math.round(waited)} ms`;
  const remedy = "end the program that holds a transaction on it open, or raise the busy timeout";
  return new DatabaseUnavailableError("locked", problem, { remedy, cause });
}
