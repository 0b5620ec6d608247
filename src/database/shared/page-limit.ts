/**
 * The rows of one page have little more than this many characters. To read, decode and take over a
 * million takes about 10 ms, and some files have rows of half a million.
 */
const MOST_CHARACTERS = 131_072;

/**
 * Tells when a page of rows is full, so that a page blocks the event loop for a short time only.
 */
export class PageLimit {
  readonly #mostRows: number;
  #rows = 0;
  #characters = 0;

  constructor(mostRows: number) {
    this.#mostRows = mostRows;
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
