import { escapeProse } from "../../base/text/escape.ts";

/**
 * How many bytes of UTF-8 count as one token. With present tokenizers, code takes three to four
 * bytes a token, so the estimate is rather too high.
 */
const BYTES_A_TOKEN = 3;
/**
 * Tokens that are reserved for the line about freshness, and for the count of what is left, with
 * its cursor.
 */
const RESERVED_TOKENS = 120;

/** Estimates how many tokens a text costs a model. */
export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_A_TOKEN);
}

/**
 * The lines of an answer, within its budget of tokens. Each line is one line of harmless text, even
 * if the repository contains text that attacks. At least one thing is listed, even if its name is
 * longer than the budget: then the line is cut.
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
   * Adds a line above the list of things. Cuts the line to a quarter of the budget. Leaves it out
   * if fewer than `quarters` quarters of the budget would be left.
   */
  head(text: string, quarters: number = 1): void {
    const line = fitted(safeLine(text), Math.min(this.#quarter, this.#left - quarters * this.#quarter));
    if (line !== "") this.#push(line);
  }

  /**
   * Adds a thing. Returns false and adds nothing if the thing does not fit into the budget. The
   * first thing is cut to fit.
   */
  add(text: string): boolean {
    const line = safeLine(text);
    const shown = this.#hasThing || costOf(line) <= this.#left ? line : fitted(line, this.#left);
    if (costOf(shown) > this.#left || (shown === "" && line !== "")) return false;
    this.#hasThing = true;
    this.#push(shown);
    return true;
  }

  /**
   * Adds all of these lines, or none of them if they do not all fit. Returns true if it added them.
   */
  addAll(texts: readonly string[]): boolean {
    const lines = texts.map(safeLine);
    const cost = lines.reduce((sum, line) => sum + costOf(line), 0);
    if (cost > this.#left) return false;
    for (const line of lines) this.#push(line);
    return true;
  }

  /** True if all of these lines fit into the budget. */
  hasRoomFor(texts: readonly string[]): boolean {
    return texts.reduce((sum, text) => sum + costOf(safeLine(text)), 0) <= this.#left;
  }

  #push(line: string): void {
    this.#left -= costOf(line);
    this.lines.push(line);
  }
}

/**
 * Returns the cost of a line in JSON. Clients show a model the text or the structured content, and
 * the structured content is longer.
 */
function costOf(line: string): number {
  return tokensOf(`${JSON.stringify(line)},`);
}

/**
 * Returns the beginning of a line that costs at most `tokens`, with a mark if it is cut. Returns an
 * empty text if almost nothing would be left.
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

/** Leading white space belongs to the source, and stays. */
function safeLine(text: string): string {
  const indent = /^[ \t]*/.exec(text)?.[0] ?? "";
  return indent + escapeProse(text.slice(indent.length));
}

/** Returns at most `max` characters, with a mark if the text is cut. */
export function cut(text: string, max: number): string {
  const characters = Array.from(text);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join("")}…`;
}
