import { escapeProse } from "../../base/escape.ts";

/** Bytes of UTF-8 that count as one token: code takes three to four a token with the tokenizers of today, so the estimate is rather too high. */
const BYTES_A_TOKEN = 3;
/** Kept free for the line of freshness, the rest and its cursor. */
const RESERVED_TOKENS = 120;

/** How many tokens a text costs a model, estimated. */
export function tokensOf(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_A_TOKEN);
}

/** The lines of an answer, no more than its budget of tokens pays for. Whatever a repository holds, a line is one line of harmless text. */
export class AnswerLines {
  readonly lines: string[] = [];
  #left: number;

  constructor(budget: number) {
    this.#left = budget - RESERVED_TOKENS;
  }

  /** Adds a line; false, with nothing added, if the budget does not pay for it. */
  add(text: string): boolean {
    return this.addAll([text]);
  }

  /** Adds all of these lines or none. */
  addAll(texts: readonly string[]): boolean {
    const lines = texts.map(safeLine);
    const cost = lines.reduce((sum, line) => sum + costOf(line), 0);
    if (cost > this.#left) return false;
    this.#left -= cost;
    this.lines.push(...lines);
    return true;
  }

  /** Whether the budget pays for all of these lines. */
  hasRoomFor(texts: readonly string[]): boolean {
    return texts.reduce((sum, text) => sum + costOf(safeLine(text)), 0) <= this.#left;
  }
}

/** A line costs what it does in JSON: clients show a model the text or the structure, and the structure is longer. */
function costOf(line: string): number {
  return tokensOf(`${JSON.stringify(line)},`);
}

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
