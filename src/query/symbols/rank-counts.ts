/**
 * Up to this many symbols are kept as a list. For more symbols, one count for each rank of the
 * layer takes less memory.
 */
const FEW = 4_096;

/** For each rank of a layer, how many of its symbols match. */
export class RankCounts {
  readonly #ranks: number;
  /** One rank for each symbol. */
  #few: number[] = [];
  #counts: Uint32Array | undefined;
  #isSorted = true;

  /** `ranks` is the number of ranks of the layer. */
  constructor(ranks: number) {
    this.#ranks = ranks;
  }

  add(rank: number): void {
    const counts = this.#counts;
    if (counts !== undefined) counts[rank] = (counts[rank] as number) + 1;
    else {
      this.#isSorted = false;
      if (this.#few.push(rank) > FEW) this.#spread();
    }
  }

  /**
   * Visits the ranks from `from` on that have at least one symbol, in order, until `visit` returns
   * false.
   */
  forEach(from: number, visit: (rank: number, count: number) => boolean): void {
    const counts = this.#counts;
    if (counts !== undefined) {
      for (let rank = from; rank < counts.length; rank++) {
        const count = counts[rank] as number;
        if (count > 0 && !visit(rank, count)) return;
      }
      return;
    }
    const few = this.#sorted();
    for (let at = 0; at < few.length;) {
      const rank = few[at] as number;
      let end = at + 1;
      while (end < few.length && few[end] === rank) end++;
      if (rank >= from && !visit(rank, end - at)) return;
      at = end;
    }
  }

  #sorted(): readonly number[] {
    if (!this.#isSorted) this.#few.sort((a, b) => a - b);
    this.#isSorted = true;
    return this.#few;
  }

  #spread(): void {
    const counts = new Uint32Array(this.#ranks);
    for (const rank of this.#few) counts[rank] = (counts[rank] as number) + 1;
    this.#counts = counts;
    this.#few = [];
  }
}
