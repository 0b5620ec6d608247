import type { Clock } from "../../../base/clock.ts";
import { Slices } from "../../../base/slices.ts";

/** Whoever is handed one slot after the other leaves the turn of the event loop after so long all the same. */
const SLICE_US = 8_000;

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * How many may read at the same time. The others wait in the order in which they came, for as long as it takes. Each holder has a connection: a
 * burst of reads must not open one each.
 */
export class ReaderSlots {
  readonly #size: number;
  readonly #slices: Slices;
  readonly #waiting = new Set<Waiting>();
  #taken = 0;

  constructor(size: number, clock: Clock) {
    this.#size = size;
    this.#slices = new Slices(clock, SLICE_US);
  }

  /** Resolves with how to give the slot back, which is idempotent. Throws what `end` was given. */
  async take(): Promise<() => void> {
    if (this.#taken < this.#size) this.#taken++;
    else await this.#wait();
    let isHeld = true;
    return () => {
      if (isHeld) this.#handOn();
      isHeld = false;
    };
  }

  /** Nobody waits any longer. */
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

  /** The slot stays taken if somebody waits: who asks in the same turn must not come first. */
  #handOn(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#taken--;
      return;
    }
    this.#waiting.delete(next);
    next.resolve();
  }
}
