import type { Node, QueryMatch } from "web-tree-sitter";

import { foldText, MAX_NAME } from "../fold-text.ts";
import type { Language } from "../languages/language.ts";
import type { MendedSource } from "../mending/outline.ts";
import { CAPTURES, type Captured } from "./captures.ts";
import type { CommentIndex } from "./comment-index.ts";

/** A definition as its pattern of the language's query found it. */
export interface Definition {
  readonly captured: Captured;
  readonly node: Node;
  /** The one with which it ends: `node`, or what holds its body. */
  readonly last: Node;
  readonly start: number;
  /** Where its name starts; where it starts itself if that is not known. */
  readonly nameStart: number;
  readonly end: number;
  /** Empty where it has none. */
  readonly name: string;
  /** As far as it is named in the definition's own head. */
  readonly className: string | undefined;
  /** What has the parameters. */
  readonly callable: Node;
}

export interface FoundDefinitions {
  /** In the order in which they start, those around others first. */
  readonly definitions: readonly Definition[];
  readonly docstrings: readonly Node[];
}

/** Sorts out what the matches of a language's query are; comments go to `comments`. */
export function readMatches(
  matches: readonly QueryMatch[],
  text: string,
  language: Language,
  comments: CommentIndex,
  mended: MendedSource | undefined,
): FoundDefinitions {
  const docstrings: Node[] = [];
  const found = new Map<number, Definition>();
  /** Function expressions that are already found under the name of what they are given to. */
  const given = new Set<number>();
  for (const { captures } of matches) {
    const { name: label, node } = captures.find((capture) => isMain(capture.name)) ?? captures[0]!;
    const captured = CAPTURES.get(label);
    if (captured !== undefined) {
      const nodes = new Map(captures.map((capture) => [capture.name, capture.node]));
      const wrapped = nodes.get("wrapped");
      const value = wrapped === undefined ? nodes.get("value") : language.unwrap?.(wrapped);
      if (wrapped !== undefined && value === undefined) continue;
      // `export default (function name() {})` has a name of its own.
      if (node.type === "export_statement" && value?.childForFieldName("name")) continue;
      if (value !== undefined) given.add(value.id);
      const definition = readDefinition(captured, node, nodes, value, text, language);
      const made = mended?.names.get(definition.end);
      keep(found, made === undefined ? definition : { ...definition, name: cleanName(made) }, nodes.get("name"));
    } else if (label === "comment") comments.addComment(node.startIndex, node.endIndex, node.startPosition.row);
    else if (label === "prefix") comments.addPrefix(node.startIndex, node.startPosition.row, lastRowOf(node, text));
    else if (label === "docstring") docstrings.push(node);
  }
  for (const id of given) found.delete(id);
  return { definitions: [...found.values()].sort((a, b) => a.start - b.start || b.end - a.end), docstrings };
}

/** Whether a capture says what its match is. */
function isMain(label: string): boolean {
  return CAPTURES.has(label) || OTHER_MAIN.has(label);
}

const OTHER_MAIN: ReadonlySet<string> = new Set(["comment", "prefix", "docstring", "embedded"]);

/**
 * Of two definitions of one node the later counts, but a function or class is no other symbol as
 * well.
 */
function keep(found: Map<number, Definition>, definition: Definition, name: Node | undefined): void {
  const { node, captured } = definition;
  const known = found.get(node.id);
  // `typedef struct { … } A, B;` and `const a, b = 1, 2` give one node two names.
  const mayHaveTwo = captured.role === "symbol" ? known?.captured.role === "symbol" : node.type === "type_definition";
  if (known !== undefined && mayHaveTwo && name !== undefined && known.nameStart !== definition.nameStart) found.set(name.id, definition);
  else if (known === undefined || captured.role !== "symbol" || known.captured.role === "symbol") found.set(node.id, definition);
}

function readDefinition(
  captured: Captured,
  node: Node,
  nodes: ReadonlyMap<string, Node>,
  value: Node | undefined,
  text: string,
  language: Language,
): Definition {
  const { role } = captured;
  const nameNode = nodes.get("name");
  const receiver = nodes.get("receiver");
  const declared = nameNode === undefined && role !== "scope" ? language.declaredName?.(node) : undefined;
  const ofReceiver = receiver && cleanName(language.classOfReceiver?.(textOf(receiver, text)) ?? "");
  const className = ofReceiver ?? (declared?.className && cleanName(declared.className));
  const next = language.followedBy === undefined || role === "symbol" ? null : node.nextNamedSibling;
  const last = next !== null && next.type === language.followedBy ? next : node;
  const start = node.startIndex;
  return {
    captured,
    node,
    last,
    start,
    nameStart: nameNode?.startIndex ?? declared?.start ?? start,
    end: last.endIndex,
    name: role === "scope" ? (className ?? "") : nameOf(nameNode, declared?.name ?? "", role, text, language),
    className: className === "" ? undefined : className,
    callable: value ?? declared?.parametersOf ?? node,
  };
}

function nameOf(node: Node | undefined, declared: string, role: Captured["role"], text: string, language: Language): string {
  if (node === undefined) return cleanName(declared);
  const written = textOf(node, text);
  const name = language.nameOf?.(written) ?? written;
  return role === "symbol" ? literalName(name) : cleanName(name);
}

/**
 * The row of a node's last character that is not white space: some nodes take the line's end in.
 */
export function lastRowOf(node: Node, text: string): number {
  let { row } = node.endPosition;
  for (let end = node.endIndex; end > node.startIndex + 1 && text[end - 1]!.trim() === ""; end--) if (text[end - 1] === "\n") row--;
  return row;
}

export function textOf(node: Node, text: string): string {
  return text.slice(node.startIndex, node.endIndex);
}

/** A name on one line, without the quotes that a property's name may have. */
function cleanName(name: string): string {
  return foldText(name, MAX_NAME).replace(/^(["'])(.*)\1$/s, "$2");
}

/** The same for what may be named by a text: a test. */
function literalName(name: string): string {
  const folded = foldText(name, MAX_NAME);
  return QUOTED.test(folded) ? folded.slice(1, -1).replace(ESCAPED_QUOTE, "$1").trim() : folded;
}

const QUOTED = /^(["'`]).*\1$/s;
const ESCAPED_QUOTE = /\\(["'`\\])/g;
