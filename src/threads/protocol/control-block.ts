import { assert } from "../../base/assert.ts";

/**
 * The words in shared memory by which the owner publishes its state to all readers. Every access is
 * atomic, and JavaScript's atomics are sequentially consistent. So everything that can happen is
 * some interleaving of the single steps (docs/decisions/0025-images-in-threads.md).
 *
 * There are two copies of the state. A counter of all publications tells which copy is valid. The
 * owner first writes the other copy, then raises the counter. So at every moment one copy is whole,
 * even if the owner's thread ends or pauses between any two steps.
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

  /**
   * True if the owner has committed a write that shared memory does not show yet. Then only the
   * owner can answer.
   */
  get isBehind(): boolean {
    return Atomics.load(this.#words, BEHIND) === 1;
  }

  set isBehind(isBehind: boolean) {
    Atomics.store(this.#words, BEHIND, isBehind ? 1 : 0);
  }

  close(): void {
    Atomics.store(this.#words, CLOSED, 1);
  }

  /** Only the owner may call this. */
  publish(published: PublishedState): void {
    const words = this.#words;
    const before = this.read();
    assert(!this.isClosed, "nothing is published after the end");
    assert(published.loads >= before.loads, "loads are counted upwards");
    assert(published.generation >= before.generation, "the numbers of generations only grow");
    assert(published.generation > before.generation || published.logged >= before.logged, "a generation's log only grows");
    assert(published.loads > before.loads || published.revision >= before.revision, "a revision goes back only with a load");
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

  /**
   * The state at one moment. Reads again only if the owner has published another state meanwhile.
   */
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

/** The state that the owner has published, at one moment. */
export interface PublishedState {
  readonly revision: number;
  /**
   * When the cache was last known to equal the database, in milliseconds since the Unix epoch; 0 if
   * the database now has another history.
   */
  readonly confirmedAt: number;
  /**
   * The number of the generation that holds the index, from 1 on. A reader with another generation
   * must not answer for this state.
   */
  readonly generation: number;
  /** The end of this generation's log, in bytes. */
  readonly logged: number;
  readonly unreadable: number;
  /**
   * How often the whole state was replaced. After another load, the same revision may have other
   * content.
   */
  readonly loads: number;
}

const PUBLISHED = 0;
const CLOSED = 1;
const FIRST_COPY = 2;
/** Offsets within a copy. The first two values take two words each. */
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

/**
 * Writes an integer of up to 53 bits in two words. Readers must check by other words that it is not
 * half-written.
 */
export function store53(words: Int32Array, at: number, value: number): void {
  assert(Number.isSafeInteger(value), "a stored number is a safe integer");
  Atomics.store(words, at, Math.floor(value / 2 ** 32));
  Atomics.store(words, at + 1, value | 0);
}

export function load53(words: Int32Array, at: number): number {
  return Atomics.load(words, at) * 2 ** 32 + (Atomics.load(words, at + 1) >>> 0);
}
