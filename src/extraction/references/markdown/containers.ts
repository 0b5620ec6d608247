/** A quote, or an item of a list whose content starts at this column relative to what it is in. */
type Container = "quote" | number;

/** A line of Markdown, read from its start; white space is counted as in columns of a terminal. */
export class LineCursor {
  readonly text: string;
  readonly end: number;
  at: number;
  #column = 0;
  /** Columns of a tab that are used up already. */
  #owed = 0;

  constructor(text: string, start: number, end: number) {
    this.text = text;
    this.at = start;
    this.end = end;
  }

  /** How far the line is indented from here, and what comes behind that. */
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

  /** Passes so many columns of white space; of a tab, the rest stays. */
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

  /** Passes characters that are no tabs. */
  skip(count: number): void {
    this.at += count;
    this.#column += count;
  }
}

/** The quotes and lists around a line. */
export class Containers {
  #open: Container[] = [];

  /** Passes the marks of the open containers that go on on this line; returns how many do. */
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

  /** Opens what starts at the line's next character; false if it is no container. */
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
    // In a paragraph, a number may be the sentence's, and nothing is no item.
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
/** Nobody nests deeper, and each line is compared with all that are open. */
const MAX_DEPTH = 100;
