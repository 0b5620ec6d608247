import { assert } from "../../base/assert.ts";

/**
 * The words by which the owner tells all readers where things stand. Every access is atomic, and JavaScript's atomics are sequentially consistent:
 * whatever can happen is some interleaving of the single steps (docs/decisions/0025-images-in-threads.md).
 *
 * The situation stands here twice. A number counts how often it was told, and says which of the two copies holds: the owner writes the other copy first
 * and raises the number then. So there is a whole situation at every moment, also if the owner's thread ends or pauses between any two steps.
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
  publish(situation: Situation): void {
    const words = this.#words;
    const before = this.read();
    assert(!this.isClosed, "nothing is told after the end");
    assert(situation.loads >= before.loads, "loads are counted upwards");
    assert(situation.generation >= before.generation, "no generation comes back");
    assert(situation.generation > before.generation || situation.logged >= before.logged, "a generation's log only grows");
    assert(situation.loads > before.loads || situation.revision >= before.revision, "a revision goes back with a load alone");
    const told = Atomics.load(words, TOLD) + 1;
    const at = copyAt(told);
    store53(words, at + REVISION, situation.revision);
    store53(words, at + CONFIRMED_AT, situation.confirmedAt);
    Atomics.store(words, at + GENERATION, situation.generation);
    Atomics.store(words, at + LOGGED, situation.logged);
    Atomics.store(words, at + UNREADABLE, situation.unreadable);
    Atomics.store(words, at + LOADS, situation.loads);
    Atomics.store(words, TOLD, told);
  }

  /** The situation at one moment. Reads again only if the owner has told another one meanwhile. */
  read(): Situation {
    const words = this.#words;
    for (;;) {
      const told = Atomics.load(words, TOLD);
      const at = copyAt(told);
      const situation = {
        revision: load53(words, at + REVISION),
        confirmedAt: load53(words, at + CONFIRMED_AT),
        generation: Atomics.load(words, at + GENERATION),
        logged: Atomics.load(words, at + LOGGED),
        unreadable: Atomics.load(words, at + UNREADABLE),
        loads: Atomics.load(words, at + LOADS),
      };
      if (Atomics.load(words, TOLD) === told) return situation;
    }
  }

  get revision(): number {
    return this.read().revision;
  }
}

/** What is true at one moment. */
export interface Situation {
  readonly revision: number;
  /** When the cache was last known to equal the database, in milliseconds since the Unix epoch; 0 if the database is on another history now. */
  readonly confirmedAt: number;
  /** The number of the generation that holds the index, from 1 on. A reader that holds another one must not answer under this situation's name. */
  readonly generation: number;
  /** Where the log of that generation ends. */
  readonly logged: number;
  readonly unreadable: number;
  /** How often the whole state was replaced: under another number, the same revision may be of other content. */
  readonly loads: number;
}

const TOLD = 0;
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

function copyAt(told: number): number {
  return FIRST_COPY + (told & 1) * COPY_WORDS;
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
