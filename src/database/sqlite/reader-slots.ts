import { type Clock, millisecondsSince } from "../../base/clock.ts";

/** Whoever is handed one slot after the other leaves the turn of the event loop after so long all the same. */
const SLICE_US = 8_000;
/** A slot that its holder has not used for so long is taken back, if somebody waits for one. */
const FORGOTTEN_MS = 10_000;
const LOOK_MS = 1_000;

/** A slot that is held. */
export interface ReaderSlot {
  /** The holder has just read. */
  used(): void;
  /** Idempotent. */
  release(): void;
}

interface Holder {
  usedAt: number;
  /** Takes the slot back from a holder that has forgotten it. */
  readonly revoke: () => void;
}

interface Waiting {
  readonly holder: Holder;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * How many may read at the same time. The others wait in the order in which they came, for as long as it takes. Each holder has a connection: a
 * burst of reads must not open one each.
 */
export class ReaderSlots {
  readonly #size: number;
  readonly #clock: Clock;
  readonly #holders = new Set<Holder>();
  readonly #waiting = new Set<Waiting>();
  #yieldedAt: number;
  #cancelLook: (() => void) | undefined;

  constructor(size: number, clock: Clock) {
    this.#size = size;
    this.#clock = clock;
    this.#yieldedAt = clock.microseconds();
  }

  /** `revoke` must release the slot, if it can. Throws what `end` was given. */
  async take(revoke: () => void = () => undefined): Promise<ReaderSlot> {
    const holder: Holder = { usedAt: this.#clock.microseconds(), revoke };
    if (this.#holders.size < this.#size) this.#holders.add(holder);
    else await this.#wait(holder);
    return {
      used: () => {
        holder.usedAt = this.#clock.microseconds();
      },
      release: () => {
        if (this.#holders.delete(holder)) this.#handOn();
      },
    };
  }

  /** Nobody waits any longer. */
  end(error: unknown): void {
    this.#stopLooking();
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting.clear();
  }

  async #wait(holder: Holder): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#waiting.add({ holder, resolve, reject });
      this.#cancelLook ??= this.#clock.schedule(LOOK_MS, () => this.#look(), "awaited");
    });
    if (this.#clock.microseconds() - this.#yieldedAt > SLICE_US) {
      await this.#clock.yield();
      this.#yieldedAt = this.#clock.microseconds();
    }
  }

  #handOn(): void {
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    if (this.#waiting.size === 0) this.#stopLooking();
    // At once: who asks in the same turn must not come first.
    this.#holders.add(next.holder);
    next.holder.usedAt = this.#clock.microseconds();
    next.resolve();
  }

  #look(): void {
    this.#cancelLook = this.#clock.schedule(LOOK_MS, () => this.#look(), "awaited");
    for (const holder of [...this.#holders]) {
      if (this.#waiting.size > 0 && millisecondsSince(holder.usedAt, this.#clock) >= FORGOTTEN_MS) holder.revoke();
    }
  }

  #stopLooking(): void {
    this.#cancelLook?.();
    this.#cancelLook = undefined;
  }
}
