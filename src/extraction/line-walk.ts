/** Finds the line of each offset of a text. The offsets must ascend. */
export class LineWalk {
  /** Counted from 1. */
  line = 1;
  lineStart = 0;
  readonly #text: string;
  #lineEnd: number;

  constructor(text: string) {
    this.#text = text;
    this.#lineEnd = this.#endFrom(0);
  }

  to(offset: number): void {
    while (this.#lineEnd < offset) {
      this.line++;
      this.lineStart = this.#lineEnd + 1;
      this.#lineEnd = this.#endFrom(this.lineStart);
    }
  }

  /** Returns `Infinity` if the line is the last. */
  #endFrom(start: number): number {
    const end = this.#text.indexOf("\n", start);
    return end === -1 ? Infinity : end;
  }
}
