import { escapeProse } from "../../base/escape.ts";

/**
 * Bytes of UTF-8 that count as one token: code takes three to four a token with the tokenizers of
 * today, so the estimate is rather too high.
 */
const BYTES_A_TOKEN = 3;
/** Kept free for the line of freshness, the rest and its cursor. */
const RESERVED_TOKENS = 120;

/** How many tokens a text costs a model, estimated. */
export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_A_TOKEN);
}

/**
 * The lines of an answer, no more than its budget of tokens pays for. Whatever a repository holds,
 * a line is one line of harmless text, and at least one thing is listed: names may be longer than a
 * budget.
 */
export class AnswerLines {
  readonly lines: string[] = [];
  readonly #quarter: number;
  #left: number;
  #hasThing = false;

  constructor(budget: number) {
    this.#left = budget - RESERVED_TOKENS;
    this.#quarter = Math.floor(this.#left / 4);
  }

  /**
   * Adds a line that stands above the things that are listed: cut to a quarter of the budget, and
   * left out if not so many quarters would be left.
   */
  head(text: string, quarters: number = 1): void {
    const line = fitted(safeLine(text), Math.min(this.#quarter, this.#left - quarters * this.#quarter));
    if (line !== "") this.#push(line);
  }

  /**
   * Adds a thing; false, with nothing added, if the budget does not pay for it. The first one is
   * cut to what is left.
   */
  add(text: string): boolean {
    const line = safeLine(text);
    const shown = this.#hasThing || costOf(line) <= this.#left ? line : fitted(line, this.#left);
    if (costOf(shown) > this.#left || (shown === "" && line !== "")) return false;
    this.#hasThing = true;
    this.#push(shown);
    return true;
  }

  /** Adds all of these lines or none. */
  addAll(texts: readonly string[]): boolean {
    const lines = texts.map(safeLine);
    const cost = lines.reduce((sum, line) => sum + costOf(line), 0);
    if (cost > this.#left) return false;
    for (const line of lines) this.#push(line);
    return true;
  }

  /** Whether the budget pays for all of these lines. */
  hasRoomFor(texts: readonly string[]): boolean {
    return texts.reduce((sum, text) => sum + costOf(safeLine(text)), 0) <= this.#left;
  }

  #push(line: string): void {
    this.#left -= costOf(line);
    this.lines.push(line);
  }
}

/**
 * A line costs what it does in JSON: clients show a model the text or the structure, and the
 * structure is longer.
 */
function costOf(line: string): number {
  return tokensOf(`${JSON.stringify(line)},`);
}

/**
 * As much of a line as costs no more than that, with a mark if some is left out; empty if hardly
 * anything would be left.
 */
export function fitted(line: string, tokens: number): string {
  if (costOf(line) <= tokens) return line;
  if (tokens < LEAST_TOKENS) return "";
  const characters = Array.from(line.slice(0, tokens * BYTES_A_TOKEN));
  let [fits, tooMany] = [0, characters.length + 1];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (costOf(`${characters.slice(0, middle).join("")}…`) <= tokens) fits = middle;
    else tooMany = middle;
  }
  return `${characters.slice(0, fits).join("")}…`;
}

const LEAST_TOKENS = 10;

/** Leading white space is the source's own, and stays. */
function safeLine(text: string): string {
  const indent = /^[ \t]*/.exec(text)?.[0] ?? "";
  return indent + escapeProse(text.slice(indent.length));
}

/** At most so many characters, with a mark if some are left out. */
export function cut(text: string, max: number): string {
  const characters = Array.from(text);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join("")}…`;
}
