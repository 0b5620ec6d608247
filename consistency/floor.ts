/** The highest revision that was seen until a time. */
export class Floor {
  readonly #seen: { readonly end: number; readonly revision: number }[] = [];

  /** Something ended, and named a revision. What says no more than the one before it is not kept. */
  add(end: number, revision: number): void {
    const last = this.#seen.at(-1);
    if (last === undefined || revision > last.revision || end < last.end) this.#seen.push({ end, revision });
  }

  /** To be called before `before`, where things were not added in the order of their ends. */
  settle(): void {
    this.#seen.sort((a, b) => a.end - b.end);
    let most = 0;
    for (const [index, { end, revision }] of this.#seen.entries()) {
      most = Math.max(most, revision);
      this.#seen[index] = { end, revision: most };
    }
  }

  /** Of what had ended before `time`; in the same microsecond nobody knows what was first. */
  before(time: number): number {
    let low = 0;
    let high = this.#seen.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#seen[middle]?.end ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return this.#seen[low - 1]?.revision ?? 0;
  }
}
