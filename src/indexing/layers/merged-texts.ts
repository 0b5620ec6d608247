import type { Texts } from "./layer.ts";

/**
 * Merges several sorted inputs: gives each next text, and the inputs that are at this text. A heap
 * (Williams 1964) of inputs, ordered by the current text of each.
 */
export class MergedTexts {
  readonly #inputs: readonly Texts[];
  readonly #heap: number[] = [];
  readonly #group: number[] = [];

  constructor(inputs: readonly Texts[]) {
    this.#inputs = inputs;
    this.advance(inputs.keys());
  }

  textOf(input: number): Texts {
    return this.#inputs[input] as Texts;
  }

  /**
   * Returns the inputs at the least text; empty at the end. These inputs wait at the text until
   * `advance`. The next call fills the same list again.
   */
  next(): readonly number[] {
    const group = this.#group;
    group.length = 0;
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined || (group.length > 0 && this.#compare(first, group[0] as number) !== 0)) return group;
      group.push(this.#takeFirst());
    }
  }

  /** Moves these inputs to their next text. */
  advance(group: Iterable<number>): void {
    for (const input of group) if (this.textOf(input).next()) this.#add(input);
  }

  #add(input: number): void {
    const heap = this.#heap;
    let place = heap.length;
    for (; place > 0;) {
      const parent = (place - 1) >>> 1;
      if (this.#compare(heap[parent] as number, input) <= 0) break;
      heap[place] = heap[parent] as number;
      place = parent;
    }
    heap[place] = input;
  }

  #takeFirst(): number {
    const heap = this.#heap;
    const first = heap[0] as number;
    const last = heap.pop() as number;
    if (heap.length === 0) return first;
    let place = 0;
    for (let child = 1; child < heap.length; child = 2 * place + 1) {
      if (child + 1 < heap.length && this.#compare(heap[child + 1] as number, heap[child] as number) < 0) child++;
      if (this.#compare(heap[child] as number, last) >= 0) break;
      heap[place] = heap[child] as number;
      place = child;
    }
    heap[place] = last;
    return first;
  }

  /**
   * Compares the bytes of the current texts. The earlier input comes first if the texts are equal.
   */
  #compare(a: number, b: number): number {
    const one = this.textOf(a);
    const other = this.textOf(b);
    const common = Math.min(one.length, other.length);
    for (let at = 0; at < common; at++) {
      const difference = (one.bytes[at] as number) - (other.bytes[at] as number);
      if (difference !== 0) return difference;
    }
    return one.length - other.length;
  }
}
