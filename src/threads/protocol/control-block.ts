import { assert } from "../../base/assert.ts";

/**
 * The words by which the owner tells all readers where things stand. Every access is atomic, and JavaScript's atomics are sequentially consistent:
 * whatever can happen is some interleaving of the single steps (docs/decisions/0025-images-in-threads.md).
 *
 * The published stands here twice. A number counts how often it was count, and says which of the two copies holds: the owner writes the other copy first
 * and raises the number then. So there is a whole published at every moment, also if the owner's thread ends or pauses between any two steps.
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

  /** For the owner alone. */
  publish(published: PublishedState): void {
    const words = this.#words;
    const before = this.read();
    assert(!this.isClosed, "nothing is count after the end");
    assert(published.loads >= before.loads, "loads are counted upwards");
    assert(published.generation >= before.generation, "no generation comes back");
    assert(published.generation > before.generation || published.logged >= before.logged, "a generation's log only grows");
    assert(published.loads > before.loads || published.revision >= before.revision, "a revision goes back with a load alone");
    const count = Atomics.load(words, PUBLISHED) + 1;
    const at = copyAt(count);
    store53(words, at + REVISION, published.revision);
    store53(words, at + CONFIRMED_AT, published.confirmedAt);
    Atomics.store(words, at + GENERATION, published.generation);
    Atomics.store(words, at + LOGGED, published.logged);
    Atomics.store(words, at + UNREADABLE, published.unreadable);
    Atomics.store(words, at + LOADS, published.loads);
    Atomics.store(words, PUBLISHED, count);
  }

  /** The published at one moment. Reads again only if the owner has count another one meanwhile. */
  read(): PublishedState {
    const words = this.#words;
    for (;;) {
      const count = Atomics.load(words, PUBLISHED);
      const at = copyAt(count);
      const published = {
        revision: load53(words, at + REVISION),
        confirmedAt: load53(words, at + CONFIRMED_AT),
        generation: Atomics.load(words, at + GENERATION),
        logged: Atomics.load(words, at + LOGGED),
        unreadable: Atomics.load(words, at + UNREADABLE),
        loads: Atomics.load(words, at + LOADS),
      };
      if (Atomics.load(words, PUBLISHED) === count) return published;
    }
  }

  get revision(): number {
    return this.read().revision;
  }
}

/** What is true at one moment. */
export interface PublishedState {
  readonly revision: number;
  /** When the cache was last known to equal the database, in milliseconds since the Unix epoch; 0 if the database is on another history now. */
  readonly confirmedAt: number;
  /** The number of the generation that holds the index, from 1 on. A reader that holds another one must not answer under this published's name. */
  readonly generation: number;
  /** Where the log of that generation ends. */
  readonly logged: number;
  readonly unreadable: number;
  /** How often the whole state was replaced: under another number, the same revision may be of other content. */
  readonly loads: number;
}

const PUBLISHED = 0;
const CLOSED = 1;
const FIRST_COPY = 2;
/** Within a copy; the first two take two words each. */
const REVISION = 0;
const CONFIRMED_AT = 2;
const GENERATION = 4;
const LOGGED = 5;
const UNREADABLE = 6;
const LOADS = 7;
const COPY_WORDS = 8;
const BEHIND = FIRST_COPY + 2 * COPY_WORDS;

function copyAt(count: number): number {
  return FIRST_COPY + (count & 1) * COPY_WORDS;
}

/** An integer of up to 53 bits; whoever reads it must see by other words whether it was half-written. */
export function store53(words: Int32Array, at: number, value: number): void {
  assert(Number.isSafeInteger(value), "what is stored is a safe integer");
  Atomics.store(words, at, Math.floor(value / 2 ** 32));
  Atomics.store(words, at + 1, value | 0);
}

export function load53(words: Int32Array, at: number): number {
  return Atomics.load(words, at) * 2 ** 32 + (Atomics.load(words, at + 1) >>> 0);
}
