import { assert } from "../base/assert.ts";
import { type Finding, finding } from "../base/finding.ts";
import { grown } from "../base/grown.ts";

const NONE = -1;

/**
 * Several lists of slots, each slot in at most one list, as two flat arrays of neighbours. Adding,
 * removing and moving a slot, and joining two lists, are O(1) and allocate nothing. A `Map` instead
 * of these arrays becomes slower by orders of magnitude after many of its entries are deleted.
 *
 * Each list is a ring through a sentinel of its own. The sentinels come before the slots in the
 * arrays.
 */
export class LinkedSlots {
  readonly #lists: number;
  #previous: Int32Array;
  #next: Int32Array;
  #size = 0;

  constructor(lists: number) {
    this.#lists = lists;
    this.#previous = new Int32Array(lists + 16).fill(NONE);
    this.#next = new Int32Array(lists + 16).fill(NONE);
    for (let list = 0; list < lists; list++) this.#close(list);
  }

  get size(): number {
    return this.#size;
  }

  has(slot: number): boolean {
    return (this.#next[slot + this.#lists] ?? NONE) !== NONE;
  }

  /** Precondition, asserted: `slot` is in no list. */
  append(list: number, slot: number): void {
    assert(slot >= 0 && !this.has(slot), "a slot is added to a list only if it is in no list");
    this.#grow(slot + this.#lists);
    this.#insertBefore(list, slot + this.#lists);
    this.#size++;
  }

  /** Returns false if `slot` is in no list. */
  remove(slot: number): boolean {
    if (!this.has(slot)) return false;
    this.#unlink(slot + this.#lists);
    this.#size--;
    return true;
  }

  /**
   * Moves `slot` to the end of `list`, from the list that it is in. Precondition, asserted: it is
   * in a list.
   */
  moveToEnd(list: number, slot: number): void {
    assert(this.has(slot), "a slot is moved only if it is in a list");
    this.#unlink(slot + this.#lists);
    this.#insertBefore(list, slot + this.#lists);
  }

  first(list: number): number | undefined {
    const node = this.#at(this.#next, list);
    return node === list ? undefined : node - this.#lists;
  }

  /** Moves all slots of `from`, in their order, to the end of `to`. */
  join(to: number, from: number): void {
    const first = this.#at(this.#next, from);
    if (first === from) return;
    this.#link(this.#at(this.#previous, to), first);
    this.#link(this.#at(this.#previous, from), to);
    this.#close(from);
  }

  /** The slots of one list, in order. */
  *slots(list: number): Generator<number, void, undefined> {
    for (let node = this.#at(this.#next, list); node !== list; node = this.#at(this.#next, node)) yield node - this.#lists;
  }

  clear(): void {
    this.#previous = new Int32Array(this.#lists + 16).fill(NONE);
    this.#next = new Int32Array(this.#lists + 16).fill(NONE);
    for (let list = 0; list < this.#lists; list++) this.#close(list);
    this.#size = 0;
  }

  verify(): Finding[] {
    let count = 0;
    for (let list = 0; list < this.#lists; list++) {
      let node = list;
      do {
        const next = this.#at(this.#next, node);
        if (this.#at(this.#previous, next) !== node)
          return [finding("EVICTION_LIST", `the list around slot ${node - this.#lists} is broken`)];
        if (next !== list && ++count > this.#size)
          return [finding("EVICTION_COUNT", `more slots are linked than the ${this.#size} that are counted`)];
        node = next;
      } while (node !== list);
    }
    return count === this.#size ? [] : [finding("EVICTION_COUNT", `${count} slots are linked, but ${this.#size} are counted`)];
  }

  #insertBefore(node: number, inserted: number): void {
    this.#link(this.#at(this.#previous, node), inserted);
    this.#link(inserted, node);
  }

  #unlink(node: number): void {
    this.#link(this.#at(this.#previous, node), this.#at(this.#next, node));
    this.#previous[node] = NONE;
    this.#next[node] = NONE;
  }

  #link(left: number, right: number): void {
    this.#next[left] = right;
    this.#previous[right] = left;
  }

  #close(list: number): void {
    this.#link(list, list);
  }

  #at(array: Int32Array, node: number): number {
    return array[node] ?? NONE;
  }

  #grow(node: number): void {
    const { length } = this.#next;
    if (node < length) return;
    this.#previous = grown(this.#previous, node + 1).fill(NONE, length);
    this.#next = grown(this.#next, node + 1).fill(NONE, length);
  }
}
