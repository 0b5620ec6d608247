/**
 * Keeps the `limit` items that come first in the order of `compare`. It keeps at most about twice
 * as many items, then sorts and cuts them. Items after the last kept one are rejected at once.
 */
export class TopK<T> {
  readonly #limit: number;
  readonly #compare: (a: T, b: T) => number;
  #kept: T[] = [];
  #last: T | undefined;

  constructor(limit: number, compare: (a: T, b: T) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  /** Cost: O(1) for most items, and amortised O(log limit) for the items that are kept. */
  offer(item: T): void {
    if (this.#last !== undefined && this.#compare(item, this.#last) >= 0) return;
    this.#kept.push(item);
    if (this.#kept.length >= 2 * this.#limit + SLACK) this.#cut();
  }

  /** Returns the kept items, in order. */
  take(): T[] {
    this.#cut();
    return this.#kept;
  }

  #cut(): void {
    this.#kept.sort(this.#compare);
    if (this.#kept.length <= this.#limit) return;
    this.#kept.length = this.#limit;
    this.#last = this.#kept[this.#limit - 1];
  }
}

/** Avoids sorting again and again if the limit is small. */
const SLACK = 64;
