import type { Node, QueryMatch } from "web-tree-sitter";

import {
  EMPTY_DOC_SECTIONS,
  type ClassMetadata,
  type DocSections,
  type FunctionMetadata,
  type LineRange,
  type SymbolKind,
  type SymbolMetadata,
} from "../../record/file-metadata.ts";
import { foldText } from "../fold-text.ts";
import type { Language } from "../languages/language.ts";
import type { MendedSource } from "../mending/outline.ts";
import { CommentIndex } from "./comment-index.ts";
import { declaredSymbols } from "./declared-symbols.ts";
import { assignDocstrings, docstringSections } from "./docstrings.ts";
import { lastRowOf, readMatches, type Definition } from "./matches.ts";
import { parametersOf } from "./parameters.ts";
import { MAX_READ, signatureOf } from "./signatures.ts";
import { firstErrorLine, firstLostLine } from "./syntax-errors.ts";

export interface FileSymbols {
  /** These three lists are in the order in which their items start. */
  readonly functions: readonly FunctionMetadata[];
  readonly classes: readonly ClassMetadata[];
  readonly symbols: readonly SymbolMetadata[];
  /**
   * Lines of the file, counted from 1, on which a comment starts that documents a function or class
   * and touches it.
   */
  readonly documentedLines: ReadonlySet<number>;
  /** The first line that could not be parsed, so that a definition may be lost. */
  readonly errorLine: number | undefined;
  /** The line of the first symbol that was left out because the file has too many. */
  readonly limitLine: number | undefined;
}

/**
 * Functions and classes have no limit: people write them, or a file has few. Other symbols need
 * one: a list of hardware registers has a hundred thousand symbols in one file.
 */
const MAX_SYMBOLS: number = 2_000;

/**
 * Makes the records of a file's functions, classes and other symbols from the matches of its
 * language's query. Start and end of the definitions tell which contains which, in one pass,
 * without a walk through the tree: each step through WebAssembly costs more than all the work done
 * here.
 *
 * `headerLine` is the line where the header of the file starts, if the file has one. The header
 * documents no definition. `mended` is the text that was parsed instead, if the text was mended.
 */
export function readSymbols(
  matches: readonly QueryMatch[],
  errors: readonly Node[],
  text: string,
  language: Language,
  headerLine: number | undefined,
  mended?: MendedSource,
): FileSymbols {
  const comments = new CommentIndex(text, language);
  for (const comment of mended?.comments ?? []) comments.addComment(comment.start, comment.end, comment.startRow);
  for (const prefix of mended?.prefixes ?? []) comments.addPrefix(prefix.start, prefix.startRow, prefix.endRow);
  const { definitions, docstrings } = readMatches(matches, text, language, comments, mended);
  const reader = new DefinitionReader({ text, language, headerLine, comments, mended }, assignDocstrings(definitions, docstrings));
  for (const definition of definitions) reader.read(definition);
  const { functions, classes, documentedLines, ends } = reader;
  const bodies = errors.length === 0 || mended !== undefined ? [] : definitions.flatMap(bodyOf);
  const errorLine = mended === undefined ? firstErrorLine(errors, bodies) : firstLostLine(mended, ends, text);
  const symbols =
    mended === undefined ? reader.symbols : declaredSymbols(mended.declared, functions, text, language, headerLine, MAX_SYMBOLS + 1);
  const limitLine = symbols[MAX_SYMBOLS]?.lineRange.start;
  if (limitLine !== undefined) symbols.length = MAX_SYMBOLS;
  return { functions, classes, symbols, documentedLines, errorLine, limitLine };
}

interface Source {
  readonly text: string;
  readonly language: Language;
  readonly headerLine: number | undefined;
  readonly comments: CommentIndex;
  readonly mended: MendedSource | undefined;
}

/** Reads definitions one by one, in the order in which they start. */
class DefinitionReader {
  readonly functions: FunctionMetadata[] = [];
  readonly classes: ClassMetadata[] = [];
  readonly symbols: SymbolMetadata[] = [];
  readonly documentedLines = new Set<number>();
  /** The ends of the definitions that were found. */
  readonly ends = new Set<number>();
  readonly #source: Source;
  readonly #docstrings: ReadonlyMap<Definition, Node>;
  /** The functions, classes and tests around the present definition. */
  readonly #around: Definition[] = [];
  readonly #tests: Definition[] = [];

  constructor(source: Source, docstrings: ReadonlyMap<Definition, Node>) {
    this.#source = source;
    this.#docstrings = docstrings;
  }

  read(definition: Definition): void {
    const { captured, name, start } = definition;
    leave(this.#around, start);
    const enclosing = this.#around.at(-1);
    if (captured.role === "symbol") {
      if (name !== "" && name !== "_" && this.symbols.length <= MAX_SYMBOLS) this.#readSymbol(definition, captured.kind, enclosing);
      return;
    }
    if (captured.role !== "place") this.#around.push(definition);
    if (captured.role === "scope" || name === "") return;
    this.ends.add(definition.end);
    const node = startOf(definition, this.#source.language);
    const docSections = this.#docSections(definition, node);
    const lineRange = this.#lineRange(definition, node);
    const className = captured.role === "function" ? undefined : classAround(enclosing);
    if (captured.role === "class" || captured.role === "place") {
      this.classes.push({ name, ...given("kind", captured.kind), ...given("className", className), lineRange, docSections });
      return;
    }
    const { comments, language } = this.#source;
    this.functions.push({
      name,
      ...this.#headOf(definition, definition.className ?? className),
      parameters: parametersOf(definition.callable, comments, language),
      ...given("returnType", this.#returnType(definition)),
      lineRange,
      docSections,
    });
  }

  /** Returns the class of a function, and its kind unless the kind is the default. */
  #headOf(definition: Definition, className: string | undefined): Pick<FunctionMetadata, "kind" | "className"> {
    const { language, text } = this.#source;
    const { captured, name, start, nameStart } = definition;
    const plain = className === undefined ? "function" : "method";
    const own = captured.role === "callable" ? captured.kind : undefined;
    const kind = own ?? language.functionKind?.({ text, start, nameStart, name, className });
    return { ...given("kind", kind === plain ? undefined : kind), ...given("className", className) };
  }

  #returnType({ callable, nameStart, start, end }: Definition): string | undefined {
    const { language, text, mended } = this.#source;
    let written = "";
    for (const field of language.returnFields ?? []) {
      const node = callable.childForFieldName(field);
      if (node !== null) {
        written = text.slice(node.startIndex, Math.min(node.endIndex, node.startIndex + MAX_READ));
        break;
      }
    }
    if (language.returnType !== undefined) {
      // A mended source leaves out text that belongs to no type. If a macro made the definition,
      // the text does not have its type.
      if (mended?.names.has(end) === true) return undefined;
      const head = (mended?.text ?? text).slice(Math.max(start, nameStart - MAX_READ), nameStart);
      written = language.returnType({ head, behind: text.slice(nameStart, Math.min(end, nameStart + MAX_READ)), written });
    }
    return foldText(written, MAX_TYPE) || undefined;
  }

  #readSymbol(definition: Definition, captured: SymbolKind, enclosing: Definition | undefined): void {
    // Definitions inside a function are private to it.
    if (captured !== "test" && isFunction(enclosing)) return;
    const { text, language, comments } = this.#source;
    const { name, node, start, nameStart, end } = definition;
    leave(this.#tests, start);
    const group = captured === "test" ? this.#tests.at(-1)?.name : undefined;
    const className = group ?? classAround(enclosing);
    const ownerStart = enclosing?.start ?? 0;
    const { symbolKind } = language;
    const kind =
      symbolKind === undefined ? captured : symbolKind({ kind: captured, name, node, className, text, start, nameStart, end, ownerStart });
    if (kind === undefined) return;
    if (kind === "test") this.#tests.push(definition);
    const { row, column } = node.startPosition;
    const above = beginsStatement(node, text) ? comments.docAbove(row, start) : undefined;
    const lead = kind === "member" ? "" : text.slice(Math.max(start - column, start - MAX_MODIFIERS), start);
    const declaration = kind === "test" ? "" : comments.textWithoutComments(start, Math.min(end, start + MAX_READ));
    this.symbols.push({
      name,
      kind,
      ...given("className", className),
      ...given("signature", kind === "test" ? undefined : signatureOf(name, lead, declaration, HAS_BODY.has(kind))),
      lineRange: { start: row + 1, end: lastRowOf(node, text) + 1 },
      intent: above === undefined || above.firstRow + 1 === this.#source.headerLine ? "" : above.sections.intent,
    });
  }

  #docSections(definition: Definition, node: Node): DocSections {
    const { text, language, headerLine, comments } = this.#source;
    const docstring = this.#docstrings.get(definition);
    if (docstring !== undefined) return docstringSections(docstring, text);
    if (language.comments.docstring || !beginsStatement(node, text)) return EMPTY_DOC_SECTIONS;
    const above = comments.docAbove(node.startPosition.row, node.startIndex);
    if (above === undefined || above.firstRow + 1 === headerLine) return EMPTY_DOC_SECTIONS;
    if (above.touches) this.documentedLines.add(above.firstRow + 1);
    return above.sections;
  }

  #lineRange(definition: Definition, node: Node): LineRange {
    const { text, language, comments } = this.#source;
    return { start: node.startPosition.row + 1, end: endRowOf(definition, text, language, comments) + 1 };
  }
}

/** The kinds of symbols that have a body. The body does not belong to the signature. */
const HAS_BODY: ReadonlySet<string> = new Set(["property", "event"]);
/** Characters. */
const MAX_TYPE = 200;

function given<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}

function leave(around: Definition[], start: number): void {
  while (around.length > 0 && around.at(-1)!.end <= start) around.pop();
}

function isFunction(definition: Definition | undefined): boolean {
  return definition?.captured.role === "callable" || definition?.captured.role === "function";
}

/**
 * Returns the body of a function that was found. Errors inside it do not count: if they hide
 * definitions, nobody outside of the function misses these.
 */
function bodyOf(definition: Definition): readonly Node[] {
  const { name, node, last, callable } = definition;
  if (name === "" || !isFunction(definition)) return [];
  const body = last === node ? callable.childForFieldName("body") : last;
  return body === null ? [] : [body];
}

/** Returns the node where the line range of a definition starts. */
function startOf({ captured, node }: Definition, { leftOut }: Language): Node {
  if (captured.role !== "class" || leftOut === undefined || node.firstChild?.type !== leftOut) return node;
  return node.children.find(({ type }) => type !== leftOut && !type.endsWith("comment")) ?? node;
}

function classAround(enclosing: Definition | undefined): string | undefined {
  if (enclosing === undefined || enclosing.name === "") return undefined;
  return enclosing.captured.role === "class" || enclosing.captured.role === "scope" ? enclosing.name : undefined;
}

/**
 * True if only modifiers or attributes precede a definition on its line. Otherwise the comment
 * above is about the other code on that line.
 */
function beginsStatement(node: Node, text: string): boolean {
  const { column } = node.startPosition;
  if (column > MAX_MODIFIERS) return false;
  const before = text.slice(node.startIndex - column, node.startIndex).trim();
  return !/[{}();]/.test(before) || /^[@#[]/.test(before);
}

/** Characters, including the indentation. */
const MAX_MODIFIERS = 300;

function endRowOf(definition: Definition, text: string, language: Language, comments: CommentIndex): number {
  let row = lastRowOf(definition.last, text);
  if (language.endsWithStatement !== true) return row;
  // The grammar counts comments after the last statement of a body as part of the statement.
  let lineEnd = definition.node.endIndex;
  for (let wasComment = false; row > definition.node.startPosition.row; row--) {
    const lineStart = text.lastIndexOf("\n", lineEnd - 1) + 1;
    if (comments.isComment(row)) wasComment = true;
    else if (!wasComment || text.slice(lineStart, lineEnd).trim() !== "") break;
    lineEnd = lineStart - 1;
  }
  return row;
}
