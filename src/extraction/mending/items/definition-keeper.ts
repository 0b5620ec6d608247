import { BodyReader, type LocalTypeReader } from "./body-reader.ts";
import type { Declared } from "../declarations/declared.ts";
import { CODE, type CodeText } from "../tokens/code-text.ts";
import { functionHead, type FunctionHead } from "../heads/function-head.ts";
import { mendFunctionHead } from "../heads/function-mending.ts";
import type { Lexer, LexerState } from "../tokens/lexer.ts";
import { keepMember, type Member } from "../heads/member-mending.ts";
import { Outline, type MendedSource, type OutlineMark } from "../outline.ts";
import type { Part } from "./part.ts";
import { keepDeclarators, keepTypeHead, type TypeHead } from "../heads/type-mending.ts";
import type { TextRange } from "../../text-range.ts";

/** A function whose body is being read or was read. */
interface ReadFunction {
  readonly parts: readonly Part[];
  readonly head: FunctionHead;
  readonly className: string;
  /** The opening brace of the body. `state` and `mark` are the way back to it. */
  readonly open: TextRange;
  readonly state: LexerState;
  readonly mark: OutlineMark;
}

/**
 * Puts definitions into the outline while they are read, together with the comments before them.
 */
export class DefinitionKeeper {
  readonly #source: CodeText;
  readonly #lexer: Lexer;
  readonly #outline: Outline;
  readonly #bodies: BodyReader;
  /**
   * The last function outside of all scopes, if the brace that closed its body was not the first
   * thing on its line. That brace may have been the wrong one.
   */
  #uncertain: ReadFunction | undefined;

  constructor(source: CodeText, lexer: Lexer, readLocalType: LocalTypeReader) {
    this.#source = source;
    this.#lexer = lexer;
    this.#outline = new Outline(source);
    this.#bodies = new BodyReader(lexer, readLocalType);
  }

  finish(): MendedSource {
    return this.#outline.finish(this.#lexer.macros.values());
  }

  declare(declared: readonly Declared[]): void {
    this.#outline.declare(declared);
  }

  doubt(at: number): void {
    this.#outline.addDoubt(at);
  }

  beginType(parts: readonly Part[], type: TypeHead): void {
    this.#keepComments();
    keepTypeHead(this.#outline, parts, type);
    this.#keepToken();
  }

  /**
   * Closes the type whose body opens at `open`. If the source ended before the type did, the type
   * is in doubt.
   */
  closeType({ name }: TypeHead, open: number, isClosed: boolean): void {
    if (!isClosed) this.#outline.addDoubt(open);
    else {
      this.#keepToken();
      if (name !== undefined) this.#outline.define(open, this.#lexer.end);
    }
  }

  /** Ends a type. The lexer is at the semicolon. */
  endType(declarators: readonly Part[]): void {
    keepDeclarators(this.#outline, declarators);
    this.#keepToken();
  }

  /** Ends a type that has no semicolon: writes a semicolon over the token that ends it. */
  endTypeWithout(): void {
    if (!this.#lexer.isPunctuation(CODE.closeBrace)) this.#outline.write(this.#lexer.start, ";");
  }

  keepMember(member: Member, className: string): void {
    if (keepMember(this.#source, this.#outline, member, className)) this.#keepComments();
  }

  /**
   * Keeps `A::A() = default;` outside of its class. It is a definition, and the grammar accepts it
   * only with a body.
   */
  keepDefaulted(parts: readonly Part[], defaulted: TextRange): void {
    const head = functionHead(parts, this.#source);
    const { start, end } = this.#lexer;
    if (head === undefined) return;
    mendFunctionHead(this.#source, this.#outline, { parts, head, end });
    this.#keepComments();
    this.#outline.write(defaulted.start, "{");
    this.#outline.write(start, "}");
    this.#outline.define(defaulted.start, end);
  }

  /** Reads the body that opens at the current token. Returns true if the body is closed. */
  readFunction(parts: readonly Part[], head: FunctionHead, className: string, isInFile: boolean): boolean {
    this.#keepComments();
    const open = { start: this.#lexer.start, end: this.#lexer.end };
    const read: ReadFunction = { parts, head, className, open, state: this.#lexer.save(), mark: this.#outline.mark() };
    const isClosed = this.#bodies.read(() => this.#outline.rollback(read.mark));
    this.#endFunction(read, isClosed);
    if (isInFile) this.#uncertain = isClosed && this.#mayEndLater(open.start) ? read : undefined;
    return isClosed;
  }

  /**
   * Returns true if the body has several lines and the brace that closed it was not the first thing
   * on its line.
   */
  #mayEndLater(open: number): boolean {
    return !this.#lexer.startsLine() && this.#source.text.slice(open, this.#lexer.start).includes("\n");
  }

  /**
   * Handles a brace that closes nothing. If it is at the start of a line, it most likely closes the
   * last function, and the brace that closed that function belonged to an unbalanced branch.
   * Everything since then is read again, as the body of that function.
   */
  strayBrace(): void {
    const read = this.#uncertain;
    this.#uncertain = undefined;
    if (read !== undefined && this.#lexer.startsLine()) {
      const isClosed = this.#bodies.readByLayout(read.state, () => this.#outline.rollback(read.mark));
      this.#endFunction(read, isClosed);
    } else this.#outline.addDoubt(this.#lexer.start);
  }

  #endFunction({ parts, head, className, open, mark }: ReadFunction, isClosed: boolean): void {
    if (!isClosed) {
      this.#outline.rollback(mark);
      this.#outline.addDoubt(open.start);
      return;
    }
    const { end } = this.#lexer;
    // This is a row of a table that macros make. No comma follows a function.
    if (this.#lexer.isBefore(CODE.comma)) return;
    mendFunctionHead(this.#source, this.#outline, { parts, head, end, className });
    this.#outline.keep(open.start, open.end);
    this.#keepToken();
    this.#outline.define(open.start, end);
  }

  #keepToken(): void {
    this.#outline.keep(this.#lexer.start, this.#lexer.end);
  }

  #keepComments(): void {
    const { comments } = this.#lexer;
    for (let index = 0; index < comments.length; index += 2) this.#outline.addComment(comments[index]!, comments[index + 1]!);
    comments.length = 0;
  }
}
