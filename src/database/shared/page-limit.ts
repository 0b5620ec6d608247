/**
 * A page blocks the event loop while it is read, and while the caller works on it. Records of the
 * Linux kernel take a fifth of a millisecond each. A page of 10 rows instead of 25 took no
 * measurable time more.
 */
const MOST_ROWS = 8;
/**
 * A page has little more than this many characters. To read, decode and take over a million of them
 * takes about 10 ms, and some files have rows of half a million.
 */
const MOST_CHARACTERS = 131_072;

/**
 * Tells when a page of rows is full, so that a page blocks the event loop for a short time only.
 */
export class PageLimit {
  readonly #mostRows: number;
  #rows = 0;
  #characters = 0;

  /** `wanted` is the number of rows that the reader asked for. */
  constructor(wanted: number) {
    this.#mostRows = Math.min(wanted, MOST_ROWS);
  }

  get isFull(): boolean {
    return this.#rows >= this.#mostRows || this.#characters >= MOST_CHARACTERS;
  }

  /** Counts a row. Returns true if the page is full with it. */
  add(row: readonly unknown[]): boolean {
    this.#rows++;
    for (const value of row) if (typeof value === "string") this.#characters += value.length;
    return this.isFull;
  }
}
