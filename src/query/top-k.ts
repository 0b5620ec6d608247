/**
 * Keeps the first `limit` in the order of `compare` of all that is offered, without keeping the rest: twice as many
 * are gathered, sorted and cut, and whatever comes after the last one kept is turned away at once.
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

  /** O(1) for most of many, O(log limit) amortised for those that are kept. */
  offer(item: T): void {
    if (this.#last !== undefined && this.#compare(item, this.#last) >= 0) return;
    this.#kept.push(item);
    if (this.#kept.length >= 2 * this.#limit + SLACK) this.#cut();
  }

  /** What was kept, in order. */
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

/** So that small limits do not sort again and again. */
const SLACK = 64;
