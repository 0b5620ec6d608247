import { skipBrackets, skipValue } from "../tokens/brackets.ts";
import { CODE, type CodeText } from "../tokens/code-text.ts";
import { PLACE } from "../tokens/conditionals.ts";
import { declaratorsOf, type NamedDeclarator } from "../declarations/declarators.ts";
import { commentsBefore } from "../declarations/declared.ts";
import { enumeratorsOf } from "../declarations/enumerators.ts";
import { DefinitionKeeper } from "./definition-keeper.ts";
import { isPunctuation, type Element } from "./element.ts";
import { bracketsElement, operatorElement, tokenElement } from "./element-reader.ts";
import { functionHead, initializersStart, unwrappedDeclarator, type FunctionHead } from "../heads/function-head.ts";
import { withoutMacroLines, isAccessLabel, isInitializer, isTransparent, oldStyleParameters, partsBeforeBrace } from "./item-shapes.ts";
import { Lexer, TOKEN } from "../tokens/lexer.ts";
import type { MendedSource } from "../outline.ts";
import { isAnnotatedField } from "../heads/member-mending.ts";
import { partsOf, type Part } from "./part.ts";
import { typeHead, type TypeHead } from "../heads/type-mending.ts";
import { STATEMENTS } from "../tokens/words.ts";
import type { TextRange } from "../../text-range.ts";

/** The scope that an item is in. */
interface Scope {
  /** A namespace and `extern "C"` count as a file. */
  readonly kind: "file" | "class";
  /** The name of the class itself, which is also the name of its constructors. */
  readonly name: string;
}

/** How reading an item, or a piece of it, ended. */
type Ending = "continues" | "ended" | "scope closed" | "source ended";

/** The part of an item that was read. */
interface Item {
  elements: Element[];
  /** How many `<` are open. An equals sign inside gives a default to a parameter of a template. */
  angles: number;
  /** The span of `= default` or `= delete`. */
  defaulted: TextRange | undefined;
}

/**
 * Reads a source item by item. An item is in a file, a namespace or a class. It ends with a
 * semicolon or with the body of a function. An item that defines a function or a type is kept and
 * mended. All others are left out.
 */
export class ItemReader {
  readonly #source: CodeText;
  readonly #lexer: Lexer;
  readonly #keeper: DefinitionKeeper;
  #nesting = 0;

  constructor(source: CodeText) {
    this.#source = source;
    this.#lexer = new Lexer(source);
    this.#keeper = new DefinitionKeeper(source, this.#lexer, (head) => this.#readLocalType(head));
  }

  read(): MendedSource {
    while (!this.#readItems(FILE)) this.#keeper.strayBrace();
    return this.#keeper.finish();
  }

  /**
   * Reads the items of a scope up to its closing brace. Returns true if the source ended before
   * that.
   */
  #readItems(scope: Scope): boolean {
    for (;;) {
      this.#lexer.comments.length = 0;
      this.#lexer.alternatives.length = 0;
      this.#lexer.place = PLACE.between;
      const ending = this.#readItem(scope);
      if (ending === "scope closed") return false;
      if (ending === "source ended") return true;
    }
  }

  #readItem(scope: Scope): Ending {
    const lexer = this.#lexer;
    const item: Item = { elements: [], angles: 0, defaulted: undefined };
    lexer.next();
    for (;;) {
      if (lexer.kind === TOKEN.end) return "source ended";
      // A block that defined nothing belonged to a macro. A word after it begins another item.
      const isAfterBlock = item.elements.at(-1)?.kind === "braces" && lexer.kind === TOKEN.word;
      if (isAfterBlock || item.elements.length > MAX_ELEMENTS) item.elements = [];
      if (lexer.kind === TOKEN.punctuation) {
        const ending = this.#readPunctuation(scope, item);
        if (ending !== "continues") return ending;
      } else if (lexer.kind === TOKEN.word && this.#source.dialect === "cpp" && lexer.textOf() === "operator") {
        item.elements.push(operatorElement(lexer));
        continue;
      } else item.elements.push(tokenElement(lexer));
      lexer.next();
    }
  }

  #readPunctuation(scope: Scope, item: Item): Ending {
    const lexer = this.#lexer;
    switch (lexer.code) {
      case CODE.open:
      case CODE.openSquare:
        return this.#readBrackets(item);
      case CODE.openBrace:
        item.angles = 0;
        return this.#readBlock(scope, item.elements);
      case CODE.closeBrace:
        return "scope closed";
      case CODE.semicolon:
        return this.#endDeclaration(scope, item);
      case CODE.equals:
        return item.angles > 0 ? "continues" : this.#readValue(scope, item);
      case CODE.close:
      case CODE.closeSquare:
        this.#keeper.doubt(lexer.start);
        return "continues";
      case CODE.colon:
        if (scope.kind === "class" && isAccessLabel(item.elements)) {
          item.elements = [];
          return "continues";
        }
        break;
      case CODE.less:
        item.angles++;
        break;
      case CODE.greater:
        item.angles = Math.max(0, item.angles - 1);
    }
    item.elements.push(tokenElement(lexer));
    return "continues";
  }

  #readBrackets(item: Item): Ending {
    const { start } = this.#lexer;
    const brackets = bracketsElement(this.#lexer);
    if (brackets === undefined) {
      this.#keeper.doubt(start);
      return "source ended";
    }
    item.elements.push(brackets);
    return "continues";
  }

  #readValue(scope: Scope, item: Item): Ending {
    const lexer = this.#lexer;
    const { start } = lexer;
    lexer.next();
    if (lexer.kind === TOKEN.word && DEFAULTED.test(lexer.textOf())) {
      item.defaulted = { start, end: lexer.end };
      return "continues";
    }
    const end = skipValue(lexer);
    if (end === "semicolon") return this.#endDeclaration(scope, item);
    return end === "brace" ? "scope closed" : "source ended";
  }

  #endDeclaration(scope: Scope, { elements, defaulted }: Item): Ending {
    const isC = this.#source.dialect === "c";
    const body = elements.findLastIndex(({ kind }) => kind === "type-body");
    if (body === -1 && isC && scope.kind === "file" && oldStyleParameters(elements, this.#source) !== -1) {
      elements.push(tokenElement(this.#lexer));
      return "continues";
    }
    if (scope !== CLASS) this.#declare(scope, elements, body);
    if (body !== -1) {
      const isTypedef = elements.slice(0, body).some(({ word }) => word === "typedef");
      this.#keeper.endType(isTypedef ? partsOf(elements.slice(body + 1), this.#source.dialect) : []);
    } else if (!isC && (scope.kind === "class" || defaulted !== undefined)) {
      const parts = partsOf(elements, this.#source.dialect);
      if (scope.kind === "class") this.#keeper.keepMember({ parts, defaulted, end: this.#lexer.end }, scope.name);
      else if (defaulted !== undefined) this.#keeper.keepDefaulted(parts, defaulted);
    }
    return "ended";
  }

  /**
   * Notes the names that a declaration introduces for things other than functions and types. `body`
   * is the index of a type's body among the elements.
   */
  #declare(scope: Scope, elements: readonly Element[], body: number): void {
    if (scope.kind === "class" && !isOfClass(elements)) return;
    if (elements.length < 2 || elements.length > MAX_DECLARATION) return;
    const { text, dialect } = this.#source;
    const parts = withoutMacroLines(partsOf(elements, dialect), this.#source);
    if (body !== -1 && parts.some(({ word }) => word === "typedef")) return;
    const behind = text.slice(elements.at(-1)!.end, this.#lexer.end).trimStart();
    const found = declaratorsOf(parts, behind[0] ?? "", this.#source);
    if (found.length === 0) return;
    const { start } = parts[0]!;
    const comments = commentsBefore(text, this.#lexer.comments, start);
    const className = scope.kind === "class" ? scope.name : undefined;
    const isOwn = ({ kind }: NamedDeclarator): boolean => scope.kind === "file" || kind === "constant" || kind === "type";
    this.#keeper.declare(found.filter(isOwn).map((one) => ({ ...one, className, start, end: this.#lexer.end, comments })));
  }

  /** Decides what a brace opens. The parts before the brace tell it. */
  #readBlock(scope: Scope, elements: Element[]): Ending {
    const isOldStyle = isPunctuation(elements.at(-1), CODE.semicolon);
    const parts = unwrappedDeclarator(withoutMacroLines(partsBeforeBrace(elements, this.#lexer), this.#source), this.#source);
    if (isTransparent(parts)) return this.#readInner(scope);
    // The `catch` of a constructor whose initializers are in a `try`.
    if (parts[0]?.kind === "keyword" && parts[0].word === "catch") return skipBrackets(this.#lexer) ? "ended" : "source ended";
    const type = typeHead(parts, this.#source);
    if (type !== undefined) return this.#readTypeBody(parts, type, elements);
    const isValue = initializersStart(parts) < parts.length && isInitializer(parts);
    const head = isValue ? undefined : functionHead(parts, this.#source);
    const isField = head !== undefined && scope.kind === "class" && isAnnotatedField(parts, head, this.#source);
    if (head !== undefined && !isField && (head.isTyped || !this.#opensValue()))
      return this.#readFunction(scope, parts, { ...head, isOldStyle });
    if (scope.kind === "file" && parts.length === 1 && parts[0]!.kind === "name") return this.#readInner(scope);
    // A statement outside of all bodies: a body was closed too early.
    if (parts[0]?.kind === "keyword" && STATEMENTS.has(parts[0].word)) this.#keeper.doubt(parts[0].start);
    const braces = bracketsElement(this.#lexer);
    if (braces === undefined) return "source ended";
    elements.push(braces);
    return parts.length === 0 ? "ended" : "continues";
  }

  /**
   * Returns true if a brace opens a list of values for fields or indexes: `ROW(a) { .x = 1 };`,
   * `TABLE(a) { [1] = 2 };`.
   */
  #opensValue(): boolean {
    return this.#lexer.isBefore(CODE.dot) || (this.#source.dialect === "c" && this.#lexer.isBefore(CODE.openSquare));
  }

  /**
   * Reads the content of a namespace, of `extern "C"`, or of a macro that opens something like
   * these. Its items belong to the scope around it.
   */
  #readInner(scope: Scope): Ending {
    const hasEnded = this.#nesting < MAX_NESTING ? this.#within(scope) : !skipBrackets(this.#lexer);
    return hasEnded ? "source ended" : "ended";
  }

  #within(scope: Scope): boolean {
    this.#nesting++;
    this.#lexer.depth++;
    const hasEnded = this.#readItems(scope);
    this.#lexer.depth--;
    this.#nesting--;
    return hasEnded;
  }

  #readTypeBody(parts: readonly Part[], type: TypeHead, elements: Element[]): Ending {
    const { start } = this.#lexer;
    this.#keeper.beginType(parts, type);
    const isOpaque = type.isEnum || this.#nesting >= MAX_NESTING;
    const hasEnded = isOpaque ? !skipBrackets(this.#lexer) : this.#within({ kind: "class", name: type.name?.word ?? "" });
    this.#keeper.closeType(type, start, !hasEnded);
    if (type.isEnum && !hasEnded) {
      const { end } = this.#lexer;
      const name = type.name?.word ?? (parts.some(({ word }) => word === "typedef") ? nameAfter(this.#source.text, end) : undefined);
      this.#keeper.declare(enumeratorsOf(this.#source, { start, end }, name));
    }
    if (hasEnded) return "source ended";
    elements.push({ kind: "type-body", start, end: this.#lexer.end, word: "", code: 0 });
    return "continues";
  }

  /**
   * Reads a type among statements. Keeps the type and the names that it gets, up to its semicolon
   * or to another token that ends it.
   */
  #readLocalType(head: readonly Element[]): boolean {
    const lexer = this.#lexer;
    const elements = [...head];
    const parts = partsOf(head, this.#source.dialect);
    const type = typeHead(parts, this.#source);
    if (type === undefined) return false;
    if (this.#readTypeBody(parts, type, elements) === "source ended") return true;
    const item: Item = { elements, angles: 0, defaulted: undefined };
    for (lexer.next(); lexer.kind !== TOKEN.end; lexer.next()) {
      const code = lexer.kind === TOKEN.punctuation ? lexer.code : 0;
      if (code === CODE.close || code === CODE.closeSquare || code === CODE.closeBrace) break;
      if (code === CODE.semicolon) {
        this.#endDeclaration(CLASS, item);
        return true;
      }
      if (code === CODE.open || code === CODE.openSquare || code === CODE.openBrace) {
        if (this.#readBrackets(item) === "source ended") return true;
      } else if (code === CODE.equals) {
        lexer.next();
        if (skipValue(lexer) === "semicolon") this.#endDeclaration(CLASS, item);
        return true;
      } else elements.push(tokenElement(lexer));
    }
    this.#keeper.endTypeWithout();
    return true;
  }

  #readFunction(scope: Scope, parts: readonly Part[], head: FunctionHead): Ending {
    if (this.#nesting >= MAX_NESTING) return skipBrackets(this.#lexer) ? "ended" : "source ended";
    this.#nesting++;
    const isClosed = this.#keeper.readFunction(parts, head, scope.name, this.#lexer.depth === 0);
    this.#nesting--;
    return isClosed ? "ended" : "source ended";
  }
}

/** Returns true if a member may be a constant or a type alias. Fields are not symbols. */
function isOfClass(elements: readonly Element[]): boolean {
  const first = elements[0]?.word;
  return first === "typedef" || first === "using" || (first === "static" && elements.some(isConstant));
}

function isConstant({ word }: Element): boolean {
  return word === "const" || word === "constexpr";
}

/** Returns the name that a `typedef` gives to the type that ends at `end`. */
function nameAfter(text: string, end: number): string | undefined {
  return /^\s*(?:__\w+\s+)?([A-Za-z_]\w*)\s*[;,]/.exec(text.slice(end, end + MAX_NAME_GAP))?.[1];
}

const MAX_NAME_GAP = 300;
const FILE: Scope = { kind: "file", name: "" };
/**
 * For declarations in which a semicolon always ends the declaration, because K&R parameters cannot
 * occur.
 */
const CLASS: Scope = { kind: "class", name: "" };
const DEFAULTED = /^(?:default|delete)$/;
/** In elements. Longer declarations are not searched for names. */
const MAX_DECLARATION = 500;
/** The maximum depth of scopes and bodies inside each other. */
const MAX_NESTING = 100;
/** In elements. A longer item is not a definition that a person wrote. */
const MAX_ELEMENTS = 5_000;
