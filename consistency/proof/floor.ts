/**
 * The highest revision that was seen, by time. In columns, because there may be millions of
 * entries.
 */
export class Floor {
  #ends = new Float64Array(64);
  #revisions = new Float64Array(64);
  #length = 0;

  /**
   * Adds an operation that ended and named a revision. Drops an entry that is not higher than the
   * entry before it.
   */
  add(end: number, revision: number): void {
    const last = this.#length - 1;
    if (last >= 0 && revision <= (this.#revisions[last] ?? 0) && end >= (this.#ends[last] ?? 0)) return;
    if (this.#length === this.#ends.length) {
      this.#ends = grown(this.#ends);
      this.#revisions = grown(this.#revisions);
    }
    this.#ends[this.#length] = end;
    this.#revisions[this.#length++] = revision;
  }

  /**
   * Adds all entries of another floor, which is settled, or got its entries in the order of their
   * ends.
   */
  addAll(other: Floor): void {
    for (let at = 0; at < other.#length; at++) this.add(other.#ends[at] ?? 0, other.#revisions[at] ?? 0);
  }

  /** Call this before `before` if entries were not added in the order of their ends. */
  settle(): void {
    const ends = this.#ends;
    const order = Uint32Array.from({ length: this.#length }, (_, at) => at).sort((a, b) => (ends[a] ?? 0) - (ends[b] ?? 0));
    const settled = new Floor();
    let most = -1;
    for (const at of order) {
      const revision = this.#revisions[at] ?? 0;
      if (revision <= most) continue;
      most = revision;
      settled.add(ends[at] ?? 0, revision);
    }
    this.#ends = settled.#ends;
    this.#revisions = settled.#revisions;
    this.#length = settled.#length;
  }

  /**
   * The highest revision of the operations that ended before `time`. In the same microsecond nobody
   * knows which was first.
   */
  before(time: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ends[middle] ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : (this.#revisions[low - 1] ?? 0);
  }
}

function grown(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * column.length);
  larger.set(column);
  return larger;
}
