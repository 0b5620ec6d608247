import { BodyReader, type LocalTypeReader } from "./body-reader.ts";
import type { Declared } from "../declarations/declared.ts";
import { CODE, type CodeText } from "../tokens/code-text.ts";
import { functionHead, type FunctionHead } from "../heads/function-head.ts";
import { mendFunctionHead } from "../heads/function-mending.ts";
import type { Lexer, LexerState } from "../tokens/lexer.ts";
import { keepMember, type Member } from "../heads/member-mending.ts";
import { Outline, type MendedSource, type OutlineMark, type TextSpan } from "../outline.ts";
import type { Part } from "./part.ts";
import { keepDeclarators, keepTypeHead, type TypeHead } from "../heads/type-mending.ts";

/** A function whose body is read, or was. */
interface ReadFunction {
  readonly parts: readonly Part[];
  readonly head: FunctionHead;
  readonly className: string;
  /** Where its body opens, and how to go back there. */
  readonly open: TextSpan;
  readonly state: LexerState;
  readonly mark: OutlineMark;
}

/** Puts definitions into the outline while they are read, with the comments that stand before them. */
export class DefinitionKeeper {
  readonly #source: CodeText;
  readonly #lexer: Lexer;
  readonly #outline: Outline;
  readonly #bodies: BodyReader;
  /** The last function of the file's own scope, if its body was closed within a line: it may have been too early. */
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

  /** Closes the type whose body opened at `open`; if the source ended before it did, it is in doubt. */
  closeType({ name }: TypeHead, open: number, isClosed: boolean): void {
    if (!isClosed) this.#outline.addDoubt(open);
    else {
      this.#keepToken();
      if (name !== undefined) this.#outline.define(open, this.#lexer.end);
    }
  }

  /** The lexer is at the semicolon. */
  endType(declarators: readonly Part[]): void {
    keepDeclarators(this.#outline, declarators);
    this.#keepToken();
  }

  /** Where a type ends without semicolon, one is written over the token that ends it. */
  endTypeWithout(): void {
    if (!this.#lexer.isPunctuation(CODE.closeBrace)) this.#outline.write(this.#lexer.start, ";");
  }

  keepMember(member: Member, className: string): void {
    if (keepMember(this.#source, this.#outline, member, className)) this.#keepComments();
  }

  /** `A::A() = default;` outside of its class is a definition, which the grammar takes with a body alone. */
  keepDefaulted(parts: readonly Part[], defaulted: TextSpan): void {
    const head = functionHead(parts, this.#source);
    const { start, end } = this.#lexer;
    if (head === undefined) return;
    mendFunctionHead(this.#source, this.#outline, { parts, head, end });
    this.#keepComments();
    this.#outline.write(defaulted.start, "{");
    this.#outline.write(start, "}");
    this.#outline.define(defaulted.start, end);
  }

  /** Reads the body that opens at the present token. Returns whether it is closed. */
  readFunction(parts: readonly Part[], head: FunctionHead, className: string, isInFile: boolean): boolean {
    this.#keepComments();
    const open = { start: this.#lexer.start, end: this.#lexer.end };
    const read: ReadFunction = { parts, head, className, open, state: this.#lexer.save(), mark: this.#outline.mark() };
    const isClosed = this.#bodies.read(() => this.#outline.rollback(read.mark));
    this.#endFunction(read, isClosed);
    if (isInFile) this.#uncertain = isClosed && this.#mayEndLater(open.start) ? read : undefined;
    return isClosed;
  }

  /** Whether a body of several lines is closed within a line. */
  #mayEndLater(open: number): boolean {
    return !this.#lexer.startsLine() && this.#source.text.slice(open, this.#lexer.start).includes("\n");
  }

  /**
   * A brace that closes nothing. At the start of a line it is most likely what closes the last function, whose own was an
   * unbalanced branch's: all since then is read again, as that function's body.
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
    // A row of a table that macros make: no function stands before a comma.
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
    for (let index = 0; index < comments.length; index += 2) this.#outline.keep(comments[index]!, comments[index + 1]!);
    comments.length = 0;
  }
}
