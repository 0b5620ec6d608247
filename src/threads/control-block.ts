import { MetacacheError } from "../base/errors.ts";

/**
 * The words by which the owner tells all readers where things stand. Every access is atomic, and JavaScript's atomics are sequentially consistent:
 * whatever can happen is some interleaving of the single steps (docs/decisions/0010-shared-memory-protocol.md).
 */
export class ControlBlock {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(4 * (BEHIND + 1))) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  get isClosed(): boolean {
    return Atomics.load(this.#words, CLOSED) === 1;
  }

  /** Whether the owner has committed something that nothing here shows yet: then only the owner can answer. */
  get isBehind(): boolean {
    return Atomics.load(this.#words, BEHIND) === 1;
  }

  set isBehind(isBehind: boolean) {
    Atomics.store(this.#words, BEHIND, isBehind ? 1 : 0);
  }

  close(): void {
    Atomics.store(this.#words, CLOSED, 1);
  }

  /** The owner alone, and never twice at once: nobody sees the words in between. */
  publish(situation: Situation): void {
    const words = this.#words;
    Atomics.add(words, SEQUENCE, 1);
    store53(words, REVISION, situation.revision);
    store53(words, CONFIRMED_AT, situation.confirmedAt);
    Atomics.store(words, IMAGE, situation.image);
    Atomics.store(words, DELTA_BYTES, situation.deltaBytes);
    Atomics.store(words, UNREADABLE, situation.unreadable);
    Atomics.add(words, SEQUENCE, 1);
  }

  /**
   * All words as they were at one moment. Waits while the owner is in the middle of telling: for some nanoseconds, or until its thread is given the
   * processor again. Throws `E_CLOSED` after a second, for then it has died in that place.
   */
  read(): Situation {
    const words = this.#words;
    for (let attempt = 0; attempt < SPINS + SLEEPS; attempt++) {
      const before = Atomics.load(words, SEQUENCE);
      if (before % 2 !== 0) {
        if (attempt >= SPINS) Atomics.wait(words, SEQUENCE, before, 1);
        continue;
      }
      const situation = {
        revision: load53(words, REVISION),
        confirmedAt: load53(words, CONFIRMED_AT),
        image: Atomics.load(words, IMAGE),
        deltaBytes: Atomics.load(words, DELTA_BYTES),
        unreadable: Atomics.load(words, UNREADABLE),
      };
      if (Atomics.load(words, SEQUENCE) === before) return situation;
    }
    throw new MetacacheError("E_CLOSED", "the thread that owns the shared cache has died: open the cache again, and attach to it");
  }

  /** Just the revision. */
  get revision(): number {
    return this.read().revision;
  }

  /** Says that the reader in this place looks at an image: the owner overwrites none that somebody looks at. 0 takes it back. */
  pin(place: number, image: number): void {
    Atomics.store(this.#words, FIRST_PIN + place, image);
  }

  /** Nobody looks at images before the first. */
  isPinned(image: number): boolean {
    if (image <= 0) return false;
    for (let place = 0; place < MAX_READERS; place++) if (Atomics.load(this.#words, FIRST_PIN + place) === image) return true;
    return false;
  }
}

const SPINS = 10_000;
/** Of a millisecond. */
const SLEEPS = 1_000;

/** What is true at one moment. */
export interface Situation {
  readonly revision: number;
  /** When the cache was last known to equal the database, in milliseconds since the Unix epoch. */
  readonly confirmedAt: number;
  /** The number of the image that holds the index, from 1 on; 0 while there is none. No number is used twice. */
  readonly image: number;
  /** How much of the image's log of later changes is to be read. */
  readonly deltaBytes: number;
  readonly unreadable: number;
}

/** Readers beyond these are served by messages where they would need a place of their own. */
export const MAX_READERS = 64;

const SEQUENCE = 0;
const CLOSED = 1;
const IMAGE = 2;
const DELTA_BYTES = 3;
const UNREADABLE = 4;
/** Two words each. */
const REVISION = 5;
const CONFIRMED_AT = 7;
const FIRST_PIN = 16;

const BEHIND = FIRST_PIN + MAX_READERS;

/** An integer of up to 53 bits, within a sequence that tells of a half-written one. */
export function store53(words: Int32Array, at: number, value: number): void {
  Atomics.store(words, at, Math.floor(value / 2 ** 32));
  Atomics.store(words, at + 1, value | 0);
}

export function load53(words: Int32Array, at: number): number {
  return Atomics.load(words, at) * 2 ** 32 + (Atomics.load(words, at + 1) >>> 0);
}
