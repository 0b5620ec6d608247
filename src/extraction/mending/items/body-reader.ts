import { skipBrackets } from "../tokens/brackets.ts";
import { CODE } from "../tokens/code-text.ts";
import { PLACE } from "../tokens/conditionals.ts";
import type { Element } from "./element.ts";
import { TOKEN, type Lexer, type LexerState } from "../tokens/lexer.ts";
import { isReserved, TYPE_KEYWORDS } from "../tokens/words.ts";

/** Reads a type within a body, given its head's elements; the lexer is at its brace. Whether it was one. */
export type LocalTypeReader = (head: readonly Element[]) => boolean;

/** Which brace closes a body: the one that the count of braces tells, the first at the start of a line, or whichever is first. */
type Closing = "count" | "layout" | "either";

/**
 * Reads bodies of functions, from the brace that opens one to the brace that closes it. Of statements nothing is kept, so that
 * no macro among them matters; types that are defined among them are.
 */
export class BodyReader {
  readonly #lexer: Lexer;
  readonly #readLocalType: LocalTypeReader;
  /** Counting alone is not trusted any more once it has failed in this source. */
  #closing: Closing = "count";

  constructor(lexer: Lexer, readLocalType: LocalTypeReader) {
    this.#lexer = lexer;
    this.#readLocalType = readLocalType;
  }

  /** Returns whether the body ends; the lexer is at the brace then. `undo` is called before it is read a second time. */
  read(undo: () => void): boolean {
    const state = this.#lexer.save();
    if (this.#readTo(this.#closing)) return true;
    if (this.#closing === "either") return false;
    this.#closing = "either";
    return this.#readAgain(state, undo);
  }

  /** Reads a body again, which is closed by the next brace at the start of a line. */
  readByLayout(state: LexerState, undo: () => void): boolean {
    return this.#readAgain(state, undo, "layout");
  }

  #readAgain(state: LexerState, undo: () => void, closing: Closing = this.#closing): boolean {
    undo();
    this.#lexer.restore(state);
    return this.#readTo(closing);
  }

  #readTo(closing: Closing): boolean {
    const lexer = this.#lexer;
    let depth = 1;
    lexer.place = PLACE.inside;
    lexer.advance();
    while (lexer.kind !== TOKEN.end) {
      if (lexer.kind === TOKEN.word && this.#mayBeginType()) {
        this.#readType();
        lexer.place = PLACE.inside;
        continue;
      }
      if (lexer.kind === TOKEN.punctuation) {
        const { code } = lexer;
        if (code === CODE.openBrace) depth++;
        else if (code === CODE.closeBrace && this.#closes(--depth, closing)) return true;
        if (code === CODE.openBrace || code === CODE.closeBrace || code === CODE.semicolon) lexer.comments.length = 0;
      }
      lexer.advance();
    }
    return false;
  }

  #closes(depth: number, closing: Closing): boolean {
    return (depth === 0 && closing !== "layout") || (closing !== "count" && this.#lexer.startsLine());
  }

  #mayBeginType(): boolean {
    const { start, end, source } = this.#lexer;
    const length = end - start;
    if (length < 4 || length > 7) return false;
    const first = source.codes[start]!;
    // Most words are told apart by their first letter: of class, enum, struct, typedef, union.
    if (first !== 99 && first !== 101 && first !== 115 && first !== 116 && first !== 117) return false;
    const word = source.text.slice(start, end);
    return word === "typedef" || (TYPE_KEYWORDS.has(word) && isReserved(word, source.dialect));
  }

  /** Reads what may be a type's head, and the type; else goes on behind what was read. */
  #readType(): void {
    const lexer = this.#lexer;
    const head: Element[] = [];
    for (let hasBases = false; head.length < MAX_HEAD; lexer.advance()) {
      const { kind, start, end } = lexer;
      const code = kind === TOKEN.punctuation ? lexer.code : 0;
      if (kind === TOKEN.word) head.push({ kind: "word", start, end, word: lexer.textOf(), code: 0 });
      else if (kind === TOKEN.number) head.push({ kind: "number", start, end, word: "", code: 0 });
      else if (code === CODE.open || code === CODE.openSquare) {
        if (!skipBrackets(lexer)) return;
        head.push({ kind: code === CODE.open ? "parentheses" : "square", start, end: lexer.end, word: "", code: 0 });
      } else if (code === CODE.colon) {
        hasBases = true;
        head.push({ kind: "punctuation", start, end, word: "", code });
      } else if (code === CODE.scope || code === CODE.less || code === CODE.greater || (code === CODE.comma && hasBases)) {
        head.push({ kind: "punctuation", start, end, word: "", code });
      } else {
        if (code === CODE.openBrace && this.#readLocalType(head)) lexer.advance();
        return;
      }
    }
  }
}

/** Elements; real heads have a handful. */
const MAX_HEAD = 100;
