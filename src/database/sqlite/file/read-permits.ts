import type { Clock } from "../../../base/clock.ts";
import { Slices } from "../../../base/slices.ts";

/** Let the event loop run at least this often, even if reads follow each other without a pause. */
const SLICE_US = 8_000;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Limits how many reads run at the same time. Each read has a connection, and a burst of reads must
 * not open one each. The other reads wait in the order in which they came, without a timeout.
 */
export class ReadPermits {
  readonly #size: number;
  readonly #slices: Slices;
  readonly #waiting = new Set<Waiting>();
  #taken = 0;

  constructor(size: number, clock: Clock) {
    this.#size = size;
    this.#slices = new Slices(clock, SLICE_US);
  }

  /**
   * Waits for a permit. Resolves with a function that gives it back, which may be called more than
   * once. Throws the error that was passed to `end`.
   */
  async take(): Promise<() => void> {
    if (this.#taken < this.#size) this.#taken++;
    else await this.#wait();
    let isHeld = true;
    return () => {
      if (isHeld) this.#passOn();
      isHeld = false;
    };
  }

  /** Ends all waits: each throws `error`. */
  end(error: unknown): void {
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting.clear();
  }

  async #wait(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#waiting.add({ resolve, reject });
    });
    if (this.#slices.isOver) await this.#slices.pause();
  }

  /**
   * Passes the permit to the next waiting read, so that no later caller of the same turn takes it
   * first.
   */
  #passOn(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#taken--;
      return;
    }
    this.#waiting.delete(next);
    next.resolve();
  }
}
