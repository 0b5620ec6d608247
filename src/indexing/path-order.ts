import { assert } from "../base/assert.ts";
import type { RecordId } from "./record-id.ts";

const BLOCK_CAPACITY = 512;

interface Block {
  readonly ids: Uint32Array;
  length: number;
}

/**
 * All records in the order of their paths, so that a page in that order, or the paths below a prefix, are found
 * without sorting all matches. Sorted blocks of at most 512 ids: finding a place takes O(log n) comparisons of
 * paths, adding or removing moves at most 2 KB.
 */
export class PathOrder {
  readonly #pathOf: (id: RecordId) => string;
  #blocks: Block[] = [];
  #size = 0;

  constructor(pathOf: (id: RecordId) => string) {
    this.#pathOf = pathOf;
  }

  get size(): number {
    return this.#size;
  }

  get byteLength(): number {
    return this.#blocks.length * BLOCK_CAPACITY * Uint32Array.BYTES_PER_ELEMENT;
  }

  /** Precondition, asserted: no member has the same path. */
  add(id: RecordId): void {
    const path = this.#pathOf(id);
    let { block: blockIndex, position } = this.#lowerBound(path);
    if (blockIndex === this.#blocks.length) {
      if (blockIndex === 0) this.#blocks.push({ ids: new Uint32Array(BLOCK_CAPACITY), length: 0 });
      else {
        blockIndex--;
        position = this.#blockAt(blockIndex).length;
      }
    }
    let block = this.#blockAt(blockIndex);
    assert(position === block.length || this.#pathAt(block, position) !== path, `path ${JSON.stringify(path)} is in the order already`);
    if (block.length === BLOCK_CAPACITY) {
      // Appending in order (a load) leaves full blocks behind; elsewhere both halves keep room.
      const atTheEnd = blockIndex === this.#blocks.length - 1 && position === block.length;
      this.#split(blockIndex, atTheEnd ? BLOCK_CAPACITY : BLOCK_CAPACITY / 2);
      if (position > block.length || atTheEnd) {
        position -= block.length;
        block = this.#blockAt(blockIndex + 1);
      }
    }
    block.ids.copyWithin(position + 1, position, block.length);
    block.ids[position] = id;
    block.length++;
    this.#size++;
  }

  /** Precondition, asserted: `id` is a member, and its path is still known. */
  delete(id: RecordId): void {
    const { block: blockIndex, position } = this.#lowerBound(this.#pathOf(id));
    const block = this.#blockAt(blockIndex);
    assert(block.ids[position] === id, `record ${id} is not in the order`);
    block.ids.copyWithin(position, position + 1, block.length);
    block.length--;
    this.#size--;
    if (block.length === 0) this.#blocks.splice(blockIndex, 1);
    else this.#mergeWithNext(blockIndex);
  }

  /** Ids in ascending order of path, from the first path that is at least `from`. */
  *ascending(from = ""): Generator<RecordId, void, undefined> {
    let { block: blockIndex, position } = this.#lowerBound(from);
    for (; blockIndex < this.#blocks.length; blockIndex++, position = 0) {
      const block = this.#blockAt(blockIndex);
      for (; position < block.length; position++) yield block.ids[position] as RecordId;
    }
  }

  /** Ids in descending order of path; with `before` given, from the last path that is less. */
  *descending(before?: string): Generator<RecordId, void, undefined> {
    const end = before === undefined ? { block: this.#blocks.length, position: 0 } : this.#lowerBound(before);
    let position = end.position;
    for (let blockIndex = end.block; blockIndex >= 0; blockIndex--) {
      const block = this.#blocks[blockIndex];
      if (block === undefined) continue;
      if (blockIndex !== end.block) position = block.length;
      while (position > 0) yield block.ids[--position] as RecordId;
    }
  }

  /** How many paths are at least `from` and less than `to`; O(number of blocks). */
  countBetween(from: string, to: string | undefined): number {
    const end = to === undefined ? { block: this.#blocks.length, position: 0 } : this.#lowerBound(to);
    return this.#rank(end) - this.#rank(this.#lowerBound(from));
  }

  /** What is wrong with this structure; empty where nothing is. */
  verify(): string[] {
    const findings: string[] = [];
    let previous: string | undefined;
    let count = 0;
    for (const id of this.ascending()) {
      const path = this.#pathOf(id);
      if (previous !== undefined && previous >= path)
        findings.push(`order: ${JSON.stringify(path)} stands after ${JSON.stringify(previous)}`);
      previous = path;
      count++;
    }
    if (count !== this.#size) findings.push(`order: has ${count} members but a size of ${this.#size}`);
    return findings;
  }

  #rank(place: { readonly block: number; readonly position: number }): number {
    let rank = place.position;
    for (let index = 0; index < place.block; index++) rank += this.#blockAt(index).length;
    return rank;
  }

  /** The place of the first path that is at least `path`: past the last block where there is none. */
  #lowerBound(path: string): { block: number; position: number } {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const block = this.#blockAt(middle);
      if (this.#pathAt(block, block.length - 1) < path) low = middle + 1;
      else high = middle;
    }
    const block = this.#blocks[low];
    if (block === undefined) return { block: low, position: 0 };
    let first = 0;
    let last = block.length;
    while (first < last) {
      const middle = (first + last) >>> 1;
      if (this.#pathAt(block, middle) < path) first = middle + 1;
      else last = middle;
    }
    return { block: low, position: first };
  }

  #split(blockIndex: number, keep: number): void {
    const block = this.#blockAt(blockIndex);
    const next: Block = { ids: new Uint32Array(BLOCK_CAPACITY), length: block.length - keep };
    next.ids.set(block.ids.subarray(keep, block.length));
    block.length = keep;
    this.#blocks.splice(blockIndex + 1, 0, next);
  }

  /** Keeps blocks from becoming many and small where much is removed. */
  #mergeWithNext(blockIndex: number): void {
    const block = this.#blockAt(blockIndex);
    const next = this.#blocks[blockIndex + 1];
    if (next === undefined || block.length + next.length > BLOCK_CAPACITY / 2) return;
    block.ids.set(next.ids.subarray(0, next.length), block.length);
    block.length += next.length;
    this.#blocks.splice(blockIndex + 1, 1);
  }

  #blockAt(index: number): Block {
    const block = this.#blocks[index];
    assert(block !== undefined, `no block ${index} in the order of paths`);
    return block;
  }

  #pathAt(block: Block, position: number): string {
    return this.#pathOf(block.ids[position] as RecordId);
  }
}
