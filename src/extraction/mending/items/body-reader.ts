import { skipBrackets } from "../tokens/brackets.ts";
import { CODE } from "../tokens/code-text.ts";
import { PLACE } from "../tokens/conditionals.ts";
import type { Element } from "./element.ts";
import { TOKEN, type Lexer, type LexerState } from "../tokens/lexer.ts";
import { isReserved, TYPE_KEYWORDS } from "../tokens/words.ts";

/**
 * Reads a type inside a body. Gets the elements of its head. The lexer is at its brace. Returns
 * true if it was a type.
 */
export type LocalTypeReader = (head: readonly Element[]) => boolean;

/**
 * Decides which brace closes a body: `count`, the brace that the count of braces gives; `layout`,
 * the first brace at the start of a line; `either`, the first of the two.
 */
type Closing = "count" | "layout" | "either";

/**
 * Reads the bodies of functions, each from its opening brace to its closing brace. Keeps no
 * statements, so that the macros in them do not matter. Keeps the types that are defined between
 * the statements.
 */
export class BodyReader {
  readonly #lexer: Lexer;
  readonly #readLocalType: LocalTypeReader;
  /** After counting alone has failed once in this source, it is not trusted any more. */
  #closing: Closing = "count";

  constructor(lexer: Lexer, readLocalType: LocalTypeReader) {
    this.#lexer = lexer;
    this.#readLocalType = readLocalType;
  }

  /**
   * Reads a body. Returns true if the body ends; the lexer is then at the closing brace. Calls
   * `undo` before it reads the body a second time.
   */
  read(undo: () => void): boolean {
    const state = this.#lexer.save();
    if (this.#readTo(this.#closing)) return true;
    if (this.#closing === "either") return false;
    this.#closing = "either";
    return this.#readAgain(state, undo);
  }

  /** Reads a body again. The next brace at the start of a line closes it. */
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
    lexer.next();
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
      lexer.next();
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
    // The first letter excludes most words. These are the first letters of class, enum, struct,
    // typedef and union.
    if (first !== 99 && first !== 101 && first !== 115 && first !== 116 && first !== 117) return false;
    const word = source.text.slice(start, end);
    return word === "typedef" || (TYPE_KEYWORDS.has(word) && isReserved(word, source.dialect));
  }

  /**
   * Reads a head that may belong to a type. If it does, also reads the type. If not, the lexer
   * stays after the head.
   */
  #readType(): void {
    const lexer = this.#lexer;
    const head: Element[] = [];
    for (let hasBases = false; head.length < MAX_HEAD; lexer.next()) {
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
        if (code === CODE.openBrace && this.#readLocalType(head)) lexer.next();
        return;
      }
    }
  }
}

/** In elements. Real heads have a few. */
const MAX_HEAD = 100;
