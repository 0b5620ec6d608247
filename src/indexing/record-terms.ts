import { assert } from "../base/assert.ts";
import { uint32Column } from "./growing-column.ts";
import { type IdArena, MAX_BLOCK, offsetOf } from "./id-arena.ts";
import type { RecordId } from "./record-id.ts";

/**
 * For each record the numbers of its terms: what makes it possible to change the index by difference, or to
 * remove a record from it, although the record itself is no longer in memory.
 */
export class RecordTermLists {
  readonly #arena: IdArena;
  readonly #counts = uint32Column();
  readonly #addresses = uint32Column();
  /** Lists too long for a block of the arena. */
  readonly #long = new Map<RecordId, Uint32Array>();

  constructor(arena: IdArena) {
    this.#arena = arena;
  }

  /** Bytes beside the arena's. */
  get byteLength(): number {
    let bytes = this.#counts.byteLength + this.#addresses.byteLength;
    for (const list of this.#long.values()) bytes += list.byteLength;
    return bytes;
  }

  /** A view, not a copy: it is valid until the next change. */
  get(id: RecordId): Uint32Array {
    const count = this.#counts.get(id);
    if (count === 0) return NO_NUMBERS;
    const long = this.#long.get(id);
    if (long !== undefined) return long;
    const address = this.#addresses.get(id);
    const start = offsetOf(address);
    return this.#arena.slabOf(address).subarray(start, start + count);
  }

  set(id: RecordId, numbers: readonly number[]): void {
    this.delete(id);
    if (numbers.length === 0) return;
    if (numbers.length > MAX_BLOCK) {
      this.#long.set(id, Uint32Array.from(numbers));
    } else {
      const address = this.#arena.allocate(numbers.length);
      this.#arena.slabOf(address).set(numbers, offsetOf(address));
      this.#addresses.set(id, address);
    }
    this.#counts.set(id, numbers.length);
  }

  delete(id: RecordId): void {
    const count = this.#counts.get(id);
    if (count === 0) return;
    if (!this.#long.delete(id)) this.#arena.release(this.#addresses.get(id), count);
    this.#counts.set(id, 0);
    assert(this.get(id).length === 0, "a deleted list is empty");
  }
}

const NO_NUMBERS = new Uint32Array(0);
