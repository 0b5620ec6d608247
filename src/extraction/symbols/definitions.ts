import type { Node, QueryMatch } from "web-tree-sitter";

import { EMPTY_DOC_SECTIONS, type ClassMetadata, type DocSections, type FunctionMetadata } from "../../record/file-metadata.ts";
import { blockCommentLines } from "../docs/comment-lines.ts";
import { docSectionsOf } from "../docs/doc-sections.ts";
import { docstringLines, isDocstringLiteral } from "../docs/docstring.ts";
import { xmlDocLines } from "../docs/xml-doc.ts";
import { foldText, MAX_NAME } from "../fold-text.ts";
import type { Language } from "../languages/language.ts";
import type { MendedSource } from "../mending/outline.ts";
import { CommentIndex } from "./comment-index.ts";
import { parametersOf } from "./parameters.ts";
import { firstErrorLine, firstLostLine } from "./syntax-errors.ts";

export interface FileSymbols {
  /** Both in the order in which they start. */
  readonly functions: readonly FunctionMetadata[];
  readonly classes: readonly ClassMetadata[];
  /** Lines of the file, counted from 1, on which a comment starts that documents one of them and touches it. */
  readonly documentedLines: ReadonlySet<number>;
  /** The first line on which something could not be parsed so that a definition may be lost. */
  readonly errorLine: number | undefined;
}

/** A definition as its pattern of the language's query found it. */
interface Definition {
  readonly kind: "callable" | "function" | "class" | "scope";
  readonly node: Node;
  /** The one with which it ends: `node`, or what holds its body. */
  readonly last: Node;
  readonly start: number;
  readonly end: number;
  /** Empty where it has none. */
  readonly name: string;
  /** As far as it is named in the definition's own head. */
  readonly className: string | undefined;
  /** What has the parameters. */
  readonly callable: Node;
}

/**
 * Makes the records of a file's functions and classes from the matches of its language's query. Which definition
 * stands in which follows from where they start and end, in one pass, without a walk of the tree: each step
 * through WebAssembly costs more than all that is done here.
 *
 * `headerLine` is where the file's own header starts, if it has one: it documents no definition. `mended` is what was parsed
 * in the text's place, if anything was.
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
  for (const prefix of mended?.prefixes ?? []) comments.addPrefix(prefix.start, prefix.startRow, prefix.endRow);
  const docstrings: Node[] = [];
  const definitions = readMatches(matches, text, language, comments, docstrings, mended);
  const ends = new Set<number>();

  const functions: FunctionMetadata[] = [];
  const classes: ClassMetadata[] = [];
  const documentedLines = new Set<number>();
  const docs = assignDocstrings(definitions, docstrings);
  const around: Definition[] = [];
  for (const definition of definitions) {
    while (around.length > 0 && around.at(-1)!.end <= definition.start) around.pop();
    const enclosing = around.at(-1);
    around.push(definition);
    const { kind, name } = definition;
    if (kind === "scope" || name === "") continue;
    ends.add(definition.end);
    const node = startOf(definition, language);
    const startRow = node.startPosition.row;

    const docstring = docs.get(definition);
    const above = !language.comments.docstring && beginsStatement(node, text) ? comments.docAbove(startRow, node.startIndex) : undefined;
    let docSections: DocSections = EMPTY_DOC_SECTIONS;
    if (docstring !== undefined) {
      docSections = docstringSections(docstring, text);
    } else if (above !== undefined && above.firstRow + 1 !== headerLine) {
      docSections = docSectionsOf(language.docFormat === "xml" ? xmlDocLines(above.lines) : above.lines, "comment");
      if (above.touches) documentedLines.add(above.firstRow + 1);
    }
    const lineRange = { start: startRow + 1, end: endRowOf(definition, text, language, comments) + 1 };
    if (kind === "class") {
      classes.push({ name, lineRange, docSections });
      continue;
    }
    const parameters = parametersOf(definition.callable, comments, language);
    const className = definition.className ?? (kind === "callable" ? classAround(enclosing) : undefined);
    functions.push({ name, ...(className === undefined ? {} : { className }), parameters, lineRange, docSections });
  }
  const bodies = errors.length === 0 || mended !== undefined ? [] : definitions.flatMap(bodyOf);
  const errorLine = mended === undefined ? firstErrorLine(errors, bodies) : firstLostLine(mended, ends, text);
  return { functions, classes, documentedLines, errorLine };
}

/** What a found function does: definitions that an error hides there are of no use outside. */
function bodyOf({ kind, name, node, last, callable }: Definition): readonly Node[] {
  if (name === "" || kind === "class" || kind === "scope") return [];
  const body = last === node ? callable.childForFieldName("body") : last;
  return body === null ? [] : [body];
}

/** The node with which a definition's line range starts. */
function startOf({ kind, node }: Definition, { leftOut }: Language): Node {
  if (kind !== "class" || leftOut === undefined || node.firstChild?.type !== leftOut) return node;
  return node.children.find(({ type }) => type !== leftOut && !type.endsWith("comment")) ?? node;
}

function readMatches(
  matches: readonly QueryMatch[],
  text: string,
  language: Language,
  comments: CommentIndex,
  docstrings: Node[],
  mended: MendedSource | undefined,
): Definition[] {
  const found = new Map<number, Definition>();
  /** Function expressions that are already found under the name of what they are given to. */
  const given = new Set<number>();
  for (const { captures } of matches) {
    const { name: kind, node } = captures.find((capture) => KINDS.has(capture.name)) ?? captures[0]!;
    switch (kind) {
      case "comment":
        comments.addComment(node.startIndex, node.endIndex, node.startPosition.row);
        break;
      case "prefix":
        comments.addPrefix(node.startIndex, node.startPosition.row, lastRowOf(node, text));
        break;
      case "docstring":
        docstrings.push(node);
        break;
      case "callable":
      case "function":
      case "class":
      case "scope": {
        const nodes = new Map(captures.map((capture) => [capture.name, capture.node]));
        const wrapped = nodes.get("wrapped");
        const value = wrapped === undefined ? nodes.get("value") : language.unwrap?.(wrapped);
        if (wrapped !== undefined && value === undefined) break;
        // `export default (function name() {})` has a name of its own.
        if (node.type === "export_statement" && value?.childForFieldName("name")) break;
        if (value !== undefined) given.add(value.id);
        const definition = readDefinition(kind, node, nodes, value, text, language);
        const made = mended?.names.get(definition.end);
        // `typedef struct { … } A, B;` gives one node two names.
        const isNamedAgain = kind === "class" && node.type === "type_definition" && found.has(node.id);
        const key = isNamedAgain ? nodes.get("name")!.id : node.id;
        found.set(key, made === undefined ? definition : { ...definition, name: cleanName(made) });
      }
    }
  }
  for (const id of given) found.delete(id);
  return [...found.values()].sort((a, b) => a.start - b.start || b.end - a.end);
}

/** The captures that say what a match is. */
const KINDS: ReadonlySet<string> = new Set(["callable", "function", "class", "scope", "comment", "prefix", "docstring", "embedded"]);

function readDefinition(
  kind: Definition["kind"],
  node: Node,
  nodes: ReadonlyMap<string, Node>,
  value: Node | undefined,
  text: string,
  language: Language,
): Definition {
  const nameNode = nodes.get("name");
  const receiver = nodes.get("receiver");
  const declared = nameNode === undefined && kind !== "scope" ? language.declaredName?.(node) : undefined;
  const ofReceiver = receiver && cleanName(language.classOfReceiver?.(textOf(receiver, text)) ?? "");
  const className = ofReceiver ?? (declared?.className && cleanName(declared.className));
  const next = language.followedBy === undefined ? null : node.nextNamedSibling;
  const last = next !== null && next.type === language.followedBy ? next : node;
  return {
    kind,
    node,
    last,
    start: node.startIndex,
    end: last.endIndex,
    name:
      kind === "scope" ? (className ?? "") : cleanName(nameNode === undefined ? (declared?.name ?? "") : nameOf(nameNode, text, language)),
    className: className === "" ? undefined : className,
    callable: value ?? declared?.parametersOf ?? node,
  };
}

function nameOf(node: Node, text: string, language: Language): string {
  const written = textOf(node, text);
  return language.nameOf?.(written) ?? written;
}

function classAround(enclosing: Definition | undefined): string | undefined {
  if (enclosing === undefined || enclosing.name === "") return undefined;
  return enclosing.kind === "class" || enclosing.kind === "scope" ? enclosing.name : undefined;
}

/** Gives each docstring to the innermost definition around it. Both lists go in the order of the file. */
function assignDocstrings(definitions: readonly Definition[], docstrings: readonly Node[]): ReadonlyMap<Definition, Node> {
  const assigned = new Map<Definition, Node>();
  const around: Definition[] = [];
  let next = 0;
  for (const docstring of docstrings.toSorted((a, b) => a.startIndex - b.startIndex)) {
    for (; next < definitions.length && definitions[next]!.start < docstring.startIndex; next++) {
      const definition = definitions[next]!;
      while (around.length > 0 && around.at(-1)!.end <= definition.start) around.pop();
      around.push(definition);
    }
    while (around.length > 0 && around.at(-1)!.end <= docstring.startIndex) around.pop();
    const innermost = around.at(-1);
    if (innermost !== undefined) assigned.set(innermost, docstring);
  }
  return assigned;
}

function docstringSections(docstring: Node, text: string): DocSections {
  if (docstring.type === "comment") return docSectionsOf(blockCommentLines(textOf(docstring, text)), "comment");
  return docSectionsOf(docstringLines(literalsOf(docstring, text)), "docstring");
}

/** The literals of a docstring; none if one of them is not fit for it. */
function literalsOf(docstring: Node, text: string): string[] {
  const nodes = docstring.type === "concatenated_string" ? docstring.namedChildren.filter((child) => child.type === "string") : [docstring];
  const literals = nodes.map((node) => textOf(node, text));
  return literals.every(isDocstringLiteral) ? literals : [];
}

/** Whether nothing but modifiers or attributes stands before a definition on its line: else the comment above is about that. */
function beginsStatement(node: Node, text: string): boolean {
  const { column } = node.startPosition;
  if (column > MAX_MODIFIERS) return false;
  const before = text.slice(node.startIndex - column, node.startIndex).trim();
  return !/[{}();]/.test(before) || /^[@#[]/.test(before);
}

/** Characters, with the indentation. */
const MAX_MODIFIERS = 300;

function endRowOf(definition: Definition, text: string, language: Language, comments: CommentIndex): number {
  let row = lastRowOf(definition.last, text);
  if (language.endsWithStatement !== true) return row;
  // The grammar counts comments that follow a body's last statement as part of it.
  let lineEnd = definition.node.endIndex;
  for (let wasComment = false; row > definition.node.startPosition.row; row--) {
    const lineStart = text.lastIndexOf("\n", lineEnd - 1) + 1;
    if (comments.isComment(row)) wasComment = true;
    else if (!wasComment || text.slice(lineStart, lineEnd).trim() !== "") break;
    lineEnd = lineStart - 1;
  }
  return row;
}

/** The row of a node's last character that is not white space: some nodes take the line's end in. */
function lastRowOf(node: Node, text: string): number {
  let { row } = node.endPosition;
  for (let end = node.endIndex; end > node.startIndex + 1 && text[end - 1]!.trim() === ""; end--) if (text[end - 1] === "\n") row--;
  return row;
}

function textOf(node: Node, text: string): string {
  return text.slice(node.startIndex, node.endIndex);
}

/** A name on one line, without the quotes that a property's name may have. */
function cleanName(name: string): string {
  return foldText(name, MAX_NAME).replace(/^(["'])(.*)\1$/s, "$2");
}
