import type { TextRange } from "../../text-range.ts";

/**
 * The text of a block: the content of its lines, without the marks of quotes and lists before it,
 * and the place of each line in the source.
 */
export class MarkdownText {
  readonly #source: string;
  readonly #lines: TextRange[] = [];
  #starts: number[] = [];
  #text: string | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  add(start: number, end: number): void {
    this.#lines.push({ start, end });
    this.#text = undefined;
  }

  /** The lines, with a line feed between two of them. */
  get text(): string {
    if (this.#text !== undefined) return this.#text;
    this.#starts = [];
    let length = 0;
    const lines = this.#lines.map(({ start, end }) => {
      this.#starts.push(length);
      length += end - start + 1;
      return this.#source.slice(start, end);
    });
    this.#text = lines.join("\n");
    return this.#text;
  }

  /** Returns the offset in the source of the character at `index` of `text`. */
  offsetOf(index: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= index) low = middle;
      else high = middle - 1;
    }
    return this.#lines[low]!.start + index - this.#starts[low]!;
  }
}
