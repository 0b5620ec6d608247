import type { Node, QueryCapture, QueryMatch } from "web-tree-sitter";

import { foldText, MAX_NAME } from "../fold-text.ts";
import type { Language } from "../languages/language.ts";
import type { MendedSource } from "../mending/outline.ts";
import { CAPTURES, type Captured } from "./captures.ts";
import type { CommentIndex } from "./comment-index.ts";

/** A definition as a pattern of the language's query found it. */
export interface Definition {
  readonly captured: Captured;
  readonly node: Node;
  /** The node where the definition ends: `node`, or the node of its body. */
  readonly last: Node;
  readonly start: number;
  /** The start of its name, or the start of the definition if that is not known. */
  readonly nameStart: number;
  readonly end: number;
  /** Empty if the definition has no name. */
  readonly name: string;
  /** The class, if the head of the definition names it. */
  readonly className: string | undefined;
  /** The node that has the parameters. */
  readonly callable: Node;
}

export interface FoundDefinitions {
  /** In the order in which they start. Of two that start together, the outer one comes first. */
  readonly definitions: readonly Definition[];
  readonly docstrings: readonly Node[];
}

/**
 * Sorts the matches of a language's query into definitions and docstrings. Comments go to
 * `comments`.
 */
export function readMatches(
  matches: readonly QueryMatch[],
  text: string,
  language: Language,
  comments: CommentIndex,
  mended: MendedSource | undefined,
): FoundDefinitions {
  const docstrings: Node[] = [];
  const found = new Map<number, Definition>();
  /** Function expressions that were already found under the name that they are assigned to. */
  const given = new Set<number>();
  for (const { captures } of matches) {
    const { name: label, node } = captures.find((capture) => isMain(capture.name)) ?? captures[0]!;
    const captured = CAPTURES.get(label);
    if (captured !== undefined) {
      if (label === "test" && language.isTest?.(node, text) === false) continue;
      const wrapped = nodeOf(captures, "wrapped");
      const value = wrapped === undefined ? nodeOf(captures, "value") : language.unwrap?.(wrapped);
      if (wrapped !== undefined && value === undefined) continue;
      if (value !== undefined) {
        if (language.namesValue?.(node, value) === false) continue;
        given.add(value.id);
      }
      const definition = readDefinition(captured, node, captures, value, text, language);
      const made = mended?.names.get(definition.end);
      keep(found, made === undefined ? definition : { ...definition, name: cleanName(made) }, nodeOf(captures, "name"));
    } else if (label === "comment") comments.addComment(node.startIndex, node.endIndex, node.startPosition.row);
    else if (label === "prefix") comments.addPrefix(node.startIndex, node.startPosition.row, lastRowOf(node, text));
    else if (label === "docstring") docstrings.push(node);
  }
  for (const id of given) found.delete(id);
  return { definitions: [...found.values()].sort((a, b) => a.start - b.start || b.end - a.end), docstrings };
}

/** A match has a few captures, so a search is faster than a map of them. */
function nodeOf(captures: readonly QueryCapture[], label: string): Node | undefined {
  return captures.findLast(({ name }) => name === label)?.node;
}

/** True if a capture tells what its match is. */
function isMain(label: string): boolean {
  return CAPTURES.has(label) || OTHER_MAIN.has(label);
}

const OTHER_MAIN: ReadonlySet<string> = new Set(["comment", "prefix", "docstring", "embedded"]);

/**
 * Of two definitions of one node, the later one counts. But another symbol never replaces a
 * function or class.
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
  captures: readonly QueryCapture[],
  value: Node | undefined,
  text: string,
  language: Language,
): Definition {
  const { role } = captured;
  const nameNode = nodeOf(captures, "name");
  const receiver = nodeOf(captures, "receiver");
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
 * Returns the row of a node's last character that is not white space. Some nodes include the end of
 * their line.
 */
export function lastRowOf(node: Node, text: string): number {
  let { row } = node.endPosition;
  for (let end = node.endIndex; end > node.startIndex + 1 && text[end - 1]!.trim() === ""; end--) if (text[end - 1] === "\n") row--;
  return row;
}

export function textOf(node: Node, text: string): string {
  return text.slice(node.startIndex, node.endIndex);
}

/** Returns a name on one line, without the quotes that the name of a property may have. */
function cleanName(name: string): string {
  return foldText(name, MAX_NAME).replace(/^(["'])(.*)\1$/s, "$2");
}

/** Does the same for a symbol whose name may be a string, such as a test. */
function literalName(name: string): string {
  const folded = foldText(name, MAX_NAME);
  return QUOTED.test(folded) ? folded.slice(1, -1).replace(ESCAPED_QUOTE, "$1").trim() : folded;
}

const QUOTED = /^(["'`]).*\1$/s;
const ESCAPED_QUOTE = /\\(["'`\\])/g;
