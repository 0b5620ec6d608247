import type { Texts } from "./layer.ts";

/** Several sorted sources as one: each next text, and the sources that stand at it. A heap (Williams 1964) of sources, by the text that each stands at. */
export class MergedTexts {
  readonly #sources: readonly Texts[];
  readonly #heap: number[] = [];

  constructor(sources: readonly Texts[]) {
    this.#sources = sources;
    this.advance(sources.keys());
  }

  textOf(source: number): Texts {
    return this.#sources[source] as Texts;
  }

  /** The sources at the least text; none at the end. They wait there until `advance`. */
  next(): readonly number[] {
    const group: number[] = [];
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined || (group.length > 0 && this.#compare(first, group[0] as number) !== 0)) return group;
      group.push(this.#takeFirst());
    }
  }

  /** Moves sources on. */
  advance(group: Iterable<number>): void {
    for (const source of group) if (this.textOf(source).next()) this.#add(source);
  }

  #add(source: number): void {
    const heap = this.#heap;
    let place = heap.length;
    for (; place > 0;) {
      const parent = (place - 1) >>> 1;
      if (this.#compare(heap[parent] as number, source) <= 0) break;
      heap[place] = heap[parent] as number;
      place = parent;
    }
    heap[place] = source;
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

  /** By their bytes; of equal ones the earlier source first. */
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
