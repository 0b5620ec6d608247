import { assert } from "../../base/assert.ts";
import { type Finding, finding } from "../../base/finding.ts";
import { lowerBound } from "../../base/lower-bound.ts";

const BLOCK_CAPACITY = 512;

interface Block {
  readonly numbers: Uint32Array;
  length: number;
}

/**
 * Numbers in the order of the texts that they stand for, by UTF-16 units, so that a page in that order, or what begins
 * with a prefix, is found without sorting all matches. Sorted blocks of at most 512: finding a place takes O(log n)
 * comparisons of texts, adding or removing moves at most 2 KB.
 */
export class TextOrder<N extends number> {
  /** Less than 0 where the number's text stands before `text`, 0 where it is `text`, else more. */
  readonly #compare: (number: N, text: string) => number;
  readonly #blocks: Block[] = [];
  #size = 0;

  constructor(compare: (number: N, text: string) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#size;
  }

  get byteLength(): number {
    return this.#blocks.length * BLOCK_CAPACITY * Uint32Array.BYTES_PER_ELEMENT;
  }

  /** Precondition, asserted: no member has the same text. */
  add(number: N, text: string): void {
    let { block: blockIndex, position } = this.#lowerBound(text);
    if (blockIndex === this.#blocks.length) {
      if (blockIndex === 0) this.#blocks.push({ numbers: new Uint32Array(BLOCK_CAPACITY), length: 0 });
      else {
        blockIndex--;
        position = this.#blockAt(blockIndex).length;
      }
    }
    let block = this.#blockAt(blockIndex);
    assert(position === block.length || this.#compareAt(block, position, text) !== 0, "a text stands in its order once");
    if (block.length === BLOCK_CAPACITY) {
      // Appending in order (a load) leaves full blocks behind; elsewhere both halves keep room.
      const atTheEnd = blockIndex === this.#blocks.length - 1 && position === block.length;
      this.#split(blockIndex, atTheEnd ? BLOCK_CAPACITY : BLOCK_CAPACITY / 2);
      if (position > block.length || atTheEnd) {
        position -= block.length;
        block = this.#blockAt(blockIndex + 1);
      }
    }
    block.numbers.copyWithin(position + 1, position, block.length);
    block.numbers[position] = number;
    block.length++;
    this.#size++;
  }

  /** Adds the numbers from 0 up to `count`, whose texts stand in that order. Precondition: there is no member. */
  fill(count: number): void {
    assert(this.#size === 0, "an order is filled once");
    for (let first = 0; first < count; first += BLOCK_CAPACITY) {
      const block: Block = { numbers: new Uint32Array(BLOCK_CAPACITY), length: Math.min(BLOCK_CAPACITY, count - first) };
      for (let position = 0; position < block.length; position++) block.numbers[position] = first + position;
      this.#blocks.push(block);
    }
    this.#size = count;
  }

  /** Precondition, asserted: `number` is a member, with this text. */
  delete(number: N, text: string): void {
    const { block: blockIndex, position } = this.#lowerBound(text);
    const block = this.#blockAt(blockIndex);
    assert(block.numbers[position] === number, "a member leaves its order from its place");
    block.numbers.copyWithin(position, position + 1, block.length);
    block.length--;
    this.#size--;
    if (block.length === 0) this.#blocks.splice(blockIndex, 1);
    else this.#mergeWithNext(blockIndex);
  }

  /** In ascending order, from the first text that is at least `from`. */
  *ascending(from = ""): Generator<N, void, undefined> {
    let { block: blockIndex, position } = this.#lowerBound(from);
    for (; blockIndex < this.#blocks.length; blockIndex++, position = 0) {
      const block = this.#blockAt(blockIndex);
      for (; position < block.length; position++) yield block.numbers[position] as N;
    }
  }

  /** In descending order; with `before` given, from the last text that is less. */
  *descending(before?: string): Generator<N, void, undefined> {
    const end = before === undefined ? this.#end() : this.#lowerBound(before);
    let position = end.position;
    for (let blockIndex = end.block; blockIndex >= 0; blockIndex--) {
      const block = this.#blocks[blockIndex];
      if (block === undefined) continue;
      if (blockIndex !== end.block) position = block.length;
      while (position > 0) yield block.numbers[--position] as N;
    }
  }

  /** How many texts are at least `from` and less than `to`; O(number of blocks). */
  countBetween(from: string, to: string | undefined): number {
    const end = to === undefined ? this.#end() : this.#lowerBound(to);
    return this.#rank(end) - this.#rank(this.#lowerBound(from));
  }

  /** What is wrong with this structure; empty where nothing is. */
  verify(textOf: (number: N) => string): Finding[] {
    const findings: Finding[] = [];
    let previous: string | undefined;
    let count = 0;
    for (const number of this.ascending()) {
      const text = textOf(number);
      if (previous !== undefined && previous >= text) {
        findings.push(finding("INDEX_ORDER", `${JSON.stringify(text)} comes after ${JSON.stringify(previous)}`));
      }
      previous = text;
      count++;
    }
    if (count !== this.#size) findings.push(finding("INDEX_COUNT", `an order has ${count} members but a size of ${this.#size}`));
    return findings;
  }

  #end(): { block: number; position: number } {
    return { block: this.#blocks.length, position: 0 };
  }

  #rank(place: { readonly block: number; readonly position: number }): number {
    let rank = place.position;
    for (let index = 0; index < place.block; index++) rank += this.#blockAt(index).length;
    return rank;
  }

  /** The place of the first text that is at least `text`: past the last block where there is none. */
  #lowerBound(text: string): { block: number; position: number } {
    const blockIndex = lowerBound(this.#blocks.length, (index) => {
      const block = this.#blockAt(index);
      return this.#compareAt(block, block.length - 1, text) < 0;
    });
    const block = this.#blocks[blockIndex];
    const position = block === undefined ? 0 : lowerBound(block.length, (place) => this.#compareAt(block, place, text) < 0);
    return { block: blockIndex, position };
  }

  #split(blockIndex: number, keep: number): void {
    const block = this.#blockAt(blockIndex);
    const next: Block = { numbers: new Uint32Array(BLOCK_CAPACITY), length: block.length - keep };
    next.numbers.set(block.numbers.subarray(keep, block.length));
    block.length = keep;
    this.#blocks.splice(blockIndex + 1, 0, next);
  }

  /** Keeps blocks from becoming many and small where much is removed. */
  #mergeWithNext(blockIndex: number): void {
    const block = this.#blockAt(blockIndex);
    const next = this.#blocks[blockIndex + 1];
    if (next === undefined || block.length + next.length > BLOCK_CAPACITY / 2) return;
    block.numbers.set(next.numbers.subarray(0, next.length), block.length);
    block.length += next.length;
    this.#blocks.splice(blockIndex + 1, 1);
  }

  #blockAt(index: number): Block {
    const block = this.#blocks[index];
    assert(block !== undefined, "a place in an order names a block");
    return block;
  }

  #compareAt(block: Block, position: number, text: string): number {
    return this.#compare(block.numbers[position] as N, text);
  }
}
