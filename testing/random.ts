/** Random numbers fixed by a seed: the same in every process and on every machine (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from 0 to `below` - 1, each with the same chance. */
  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.integer(items.length)] as T;
  }

  /** A copy in random order. */
  shuffled<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let end = copy.length - 1; end > 0; end--) {
      const other = this.integer(end + 1);
      [copy[end], copy[other]] = [copy[other] as T, copy[end] as T];
    }
    return copy;
  }
}

/**
 * Draws from 0 to `size` - 1. The chance of n is proportional to 1 / (n + 1) ** `exponent`. Cost:
 * O(log size).
 */
export class Zipf {
  /** The chance of drawing n or less. */
  readonly #cumulative: Float64Array;

  constructor(size: number, exponent: number) {
    this.#cumulative = new Float64Array(size);
    let total = 0;
    for (let n = 0; n < size; n++) {
      total += (n + 1) ** -exponent;
      this.#cumulative[n] = total;
    }
    for (let n = 0; n < size; n++) this.#cumulative[n] = (this.#cumulative[n] ?? 0) / total;
  }

  draw(random: Random): number {
    const wanted = random.next();
    let low = 0;
    let high = this.#cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#cumulative[middle] ?? 1) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
