/**
 * A quote, or an item of a list. The number is the column where the item's content starts, relative
 * to the container around it.
 */
type Container = "quote" | number;

/** Reads a line of Markdown from its start. Counts white space in columns, as a terminal does. */
export class LineCursor {
  readonly text: string;
  readonly end: number;
  at: number;
  #column = 0;
  /** The columns of a tab that were already used. */
  #owed = 0;

  constructor(text: string, start: number, end: number) {
    this.text = text;
    this.at = start;
    this.end = end;
  }

  /**
   * Returns how far the line is indented from here, and where the text after the indentation
   * starts.
   */
  indentation(): { readonly columns: number; readonly next: number } {
    let column = this.#column + this.#owed;
    let next = this.at;
    for (; next < this.end; next++) {
      const character = this.text[next];
      if (character === " ") column++;
      else if (character === "\t") column += 4 - (column % 4);
      else break;
    }
    return { columns: column - this.#column, next };
  }

  get isBlank(): boolean {
    return this.indentation().next === this.end;
  }

  /** Skips `count` columns of white space. May use only a part of a tab: the rest of it stays. */
  skipColumns(count: number): void {
    const goal = this.#column + count;
    let column = this.#column + this.#owed;
    while (column < goal && this.at < this.end && (this.text[this.at] === " " || this.text[this.at] === "\t")) {
      column += this.text[this.at] === "\t" ? 4 - (column % 4) : 1;
      this.at++;
    }
    this.#column = Math.min(goal, column);
    this.#owed = column - this.#column;
  }

  /** Skips characters that are not tabs. */
  skip(count: number): void {
    this.at += count;
    this.#column += count;
  }
}

/** The quotes and lists around a line. */
export class Containers {
  #open: Container[] = [];

  /**
   * Skips the marks of the open containers that continue on this line. Returns how many continue.
   */
  continued(line: LineCursor): number {
    for (const [index, container] of this.#open.entries()) {
      const { columns, next } = line.indentation();
      if (container === "quote") {
        if (columns > 3 || line.text[next] !== ">" || next >= line.end) return index;
        passQuote(line, columns);
      } else if (columns >= container) {
        line.skipColumns(container);
      } else if (next < line.end) {
        return index;
      }
    }
    return this.#open.length;
  }

  get depth(): number {
    return this.#open.length;
  }

  closeBelow(depth: number): void {
    this.#open.length = depth;
  }

  /**
   * Opens the container that starts at the line's next character. False if no container starts
   * there.
   */
  open(line: LineCursor, isInParagraph: boolean): boolean {
    const { columns, next } = line.indentation();
    if (columns > 3 || next === line.end || this.#open.length >= MAX_DEPTH) return false;
    if (line.text[next] === ">") {
      passQuote(line, columns);
      this.#open.push("quote");
      return true;
    }
    BULLET.lastIndex = next;
    const marker = BULLET.exec(line.text);
    if (marker === null) return false;
    const [written] = marker;
    const isEmpty = next + written.length >= line.end;
    if (!isEmpty && !WHITE.test(line.text[next + written.length]!)) return false;
    const rest = new LineCursor(line.text, next + written.length, line.end);
    // In a paragraph, a number may belong to the sentence, and a mark without text starts no item.
    if (isInParagraph && (rest.isBlank || (marker[1] !== undefined && marker[1] !== "1"))) return false;
    line.skipColumns(columns);
    line.skip(written.length);
    const after = line.indentation().columns;
    const padding = line.isBlank || after > 4 ? 1 : after;
    line.skipColumns(padding);
    this.#open.push(columns + written.length + padding);
    return true;
  }
}

function passQuote(line: LineCursor, columns: number): void {
  line.skipColumns(columns);
  line.skip(1);
  line.skipColumns(1);
}

const BULLET = /[-*+]|(\d{1,9})[.)]/y;
const WHITE = /[ \t]/;
/**
 * Nobody nests deeper. The limit bounds the cost: each line is compared with all open containers.
 */
const MAX_DEPTH = 100;
