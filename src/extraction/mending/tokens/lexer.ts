import { commentsBefore, type Declared } from "../declarations/declared.ts";
import { CODE, IS_WORD, isDigit, type CodeText } from "./code-text.ts";
import { Conditionals, PLACE, type ConditionalState, type Place } from "./conditionals.ts";

/** The kinds of tokens. */
export const TOKEN = { end: 0, word: 1, number: 2, text: 3, punctuation: 4 } as const;
export type TokenKind = (typeof TOKEN)[keyof typeof TOKEN];

export interface LexerState {
  readonly at: number;
  readonly comments: number;
  readonly depth: number;
  readonly conditionals: ConditionalState;
}

/**
 * Splits C or C++ into words, numbers, strings and punctuation. Returns one token at a time, and
 * reads each character once. Comments are collected separately. Directives are followed and never
 * returned. Of the branches of an `#if`, it reads only those that `Conditionals` allows.
 */
export class Lexer {
  readonly source: CodeText;
  /** The token: its kind, its span and, for a punctuation, its code. */
  kind: TokenKind = TOKEN.end;
  start = 0;
  end = 0;
  code = 0;
  /**
   * The starts and ends of the comments so far. The reader empties this if it does not need them.
   */
  readonly comments: number[] = [];
  /** Set by the readers: where in an item the next token is. */
  place: Place = PLACE.between;
  /** Set by the reader: how many scopes are open. */
  depth = 0;
  /**
   * The macros so far. The key is the offset where a macro starts, because a span may be read
   * twice.
   */
  readonly macros: Map<number, Declared> = new Map();
  readonly #conditionals = new Conditionals();
  readonly #to: number;
  #at: number;

  constructor(source: CodeText, from = 0, to: number = source.codes.length) {
    this.source = source;
    this.#at = from;
    this.#to = to;
  }

  /** Moves to the next token and returns its kind. */
  next(): TokenKind {
    do this.#readToken();
    while (this.#conditionals.isSkipping && this.kind !== TOKEN.end);
    if (this.place === PLACE.between) this.place = PLACE.head;
    return this.kind;
  }

  isPunctuation(code: number): boolean {
    return this.kind === TOKEN.punctuation && this.code === code;
  }

  /** Returns the text of the token. */
  textOf(): string {
    return this.source.text.slice(this.start, this.end);
  }

  /** Returns true if the token is the first thing on its line, without indentation. */
  startsLine(): boolean {
    return this.start === 0 || this.source.codes[this.start - 1] === CODE.lineFeed;
  }

  /** Returns true if this punctuation comes next, directly or after blanks. */
  isBefore(code: number, from: number = this.#at): boolean {
    const { codes } = this.source;
    let at = from;
    while (at < this.#to && codes[at]! <= CODE.space) at++;
    return at < this.#to && codes[at] === code;
  }

  /** The starts and ends of other branches since the item began. */
  get alternatives(): number[] {
    return this.#conditionals.alternatives;
  }

  save(): LexerState {
    return { at: this.#at, comments: this.comments.length, depth: this.depth, conditionals: this.#conditionals.save() };
  }

  restore(state: LexerState): void {
    this.#at = state.at;
    this.depth = state.depth;
    this.comments.length = Math.min(this.comments.length, state.comments);
    this.#conditionals.restore(state.conditionals);
  }

  #readToken(): void {
    const { codes } = this.source;
    const to = this.#to;
    let at = this.#at;
    for (; at < to; at++) {
      const code = codes[at]!;
      if (code <= CODE.space) continue;
      if (code === CODE.slash && (codes[at + 1] === CODE.slash || codes[at + 1] === CODE.star)) {
        const end = this.#commentEnd(at);
        if (!this.#conditionals.isSkipping) this.comments.push(at, end);
        at = end - 1;
      } else if (code === CODE.hash && this.#isFirstOfLine(at)) at = this.#directive(at) - 1;
      else if (code !== CODE.backslash) break;
    }
    this.start = at;
    if (at >= to) {
      this.kind = TOKEN.end;
      this.end = at;
    } else this.#token(at, codes[at]!);
    this.#at = this.end;
  }

  #token(at: number, code: number): void {
    const { codes } = this.source;
    if (code === CODE.doubleQuote || code === CODE.quote) {
      this.kind = TOKEN.text;
      this.end = this.#quotedEnd(at, code);
    } else if (IS_WORD[code] === 1) {
      if (isDigit(code)) {
        this.kind = TOKEN.number;
        this.end = this.#numberEnd(at);
        return;
      }
      let end = at + 1;
      while (end < this.#to && IS_WORD[codes[end]!] === 1) end++;
      this.kind = TOKEN.word;
      this.end = end;
      if (codes[end] === CODE.doubleQuote && this.source.dialect === "cpp" && codes[end - 1] === LETTER_R) this.#rawString(at, end);
    } else {
      this.kind = TOKEN.punctuation;
      this.code = code;
      this.end = at + 1;
      const next = codes[at + 1];
      if (code === CODE.colon && next === CODE.colon) this.#pair(CODE.scope);
      else if (code === CODE.minus && next === CODE.greater) this.#pair(CODE.arrow);
    }
  }

  #pair(code: number): void {
    this.code = code;
    this.end++;
  }

  /** Reads `R"x( … )x"`. Nothing in it is escaped. */
  #rawString(at: number, quote: number): void {
    const { text } = this.source;
    if (!/^(?:u8|[uUL])?R$/.test(text.slice(at, quote))) return;
    const open = text.indexOf("(", quote);
    if (open === -1 || open - quote > MAX_DELIMITER) return;
    const closing = `)${text.slice(quote + 1, open)}"`;
    const close = text.indexOf(closing, open);
    this.kind = TOKEN.text;
    this.end = close === -1 ? this.#to : Math.min(this.#to, close + closing.length);
  }

  /**
   * Finds the end of `1e5`, `0x1F` or `1'000`. The end matters only because of the quotes in a
   * number.
   */
  #numberEnd(at: number): number {
    const { codes, dialect } = this.source;
    let end = at + 1;
    while (end < this.#to) {
      const code = codes[end]!;
      if (IS_WORD[code] === 1 || code === CODE.dot) end++;
      else if (code === CODE.quote && dialect === "cpp" && IS_WORD[codes[end + 1] ?? 0] === 1) end += 2;
      else break;
    }
    return Math.min(end, this.#to);
  }

  /** Returns the offset after the closing quote, or the end of the line if there is none. */
  #quotedEnd(at: number, quote: number): number {
    const { codes } = this.source;
    let end = at + 1;
    for (; end < this.#to; end++) {
      const code = codes[end];
      if (code === quote) return end + 1;
      if (code === CODE.backslash) end += codes[end + 1] === CODE.carriageReturn ? 2 : 1;
      else if (code === CODE.lineFeed) return end;
    }
    return this.#to;
  }

  #commentEnd(at: number): number {
    const { text, codes } = this.source;
    if (codes[at + 1] === CODE.star) {
      const end = text.indexOf("*/", at + 2);
      return end === -1 ? this.#to : Math.min(this.#to, end + 2);
    }
    return this.#lineEnd(at);
  }

  /** Returns the end of the line. If `\` joins lines, returns the end of the last one. */
  #lineEnd(from: number): number {
    const { text, codes } = this.source;
    for (let at = from; ;) {
      const end = text.indexOf("\n", at);
      if (end === -1 || end >= this.#to) return this.#to;
      const last = codes[end - 1] === CODE.carriageReturn ? end - 2 : end - 1;
      if (codes[last] !== CODE.backslash || last < from) return end;
      at = end + 1;
    }
  }

  #isFirstOfLine(at: number): boolean {
    const { codes } = this.source;
    let before = at - 1;
    while (before >= 0 && (codes[before] === CODE.space || codes[before] === CODE.tab)) before--;
    return before < 0 || codes[before] === CODE.lineFeed || codes[before] === CODE.carriageReturn || this.#endsComment(before);
  }

  #endsComment(at: number): boolean {
    return this.comments.at(-1) === at + 1 && this.source.codes[at] === CODE.slash;
  }

  /**
   * Follows a directive and returns the offset where it ends. A comment that starts on its line may
   * continue on later lines.
   */
  #directive(at: number): number {
    const { codes, text } = this.source;
    let end = this.#lineEnd(at);
    for (let inside = at + 1; inside < end; inside++) {
      const code = codes[inside];
      if (code === CODE.doubleQuote) inside = Math.min(this.#quotedEnd(inside, code), end) - 1;
      else if (code === CODE.slash && codes[inside + 1] === CODE.star) {
        inside = this.#commentEnd(inside) - 1;
        if (inside >= end) end = this.#lineEnd(inside);
      } else if (code === CODE.slash && codes[inside + 1] === CODE.slash) break;
    }
    const match = DIRECTIVE.exec(text.slice(at, Math.min(end, at + MAX_DIRECTIVE)));
    if (match !== null) {
      const { place, depth } = this;
      const [, name = "", condition = ""] = match;
      if (name === "define") this.#define(at, end);
      this.#conditionals.readDirective({
        name,
        condition: condition.trim(),
        start: at,
        end,
        place,
        depth,
        opensBody: this.isBefore(CODE.openBrace, end),
      });
    }
    return end;
  }

  #define(at: number, end: number): void {
    if (this.macros.size >= MAX_MACROS || this.#conditionals.isDead) return;
    const { text } = this.source;
    MACRO.lastIndex = at;
    const name = MACRO.exec(text)?.[1];
    // A macro without a value, directly after an `#ifndef` of its name, is the include guard of the
    // file.
    if (name === undefined || (text.slice(MACRO.lastIndex, end).trim() === "" && isGuard(text, at, name))) return;
    this.macros.set(at, { kind: "macro", name, start: at, end, comments: commentsBefore(text, this.comments, at) });
  }
}

function isGuard(text: string, at: number, name: string): boolean {
  const before = text.slice(Math.max(0, at - name.length - MAX_GUARD), at).trimEnd();
  return before.endsWith(name) && /#[ \t]*(?:ifndef|if[ \t]+!defined\(?)[ \t]*$/.test(before.slice(0, -name.length));
}

const MACRO = /#[ \t]*define[ \t]+([A-Za-z_]\w*)/y;
/** In characters. Enough for `#ifndef` and white space. */
const MAX_GUARD = 60;
/** More than any record takes. */
const MAX_MACROS = 10_000;
const LETTER_R = 82;
/** C++ allows 16 characters. A text with more of them is not a raw string. */
const MAX_DELIMITER = 20;
const MAX_DIRECTIVE = 200;
const DIRECTIVE = /^#[ \t]*([a-z]+)([^/\n]*)/;
