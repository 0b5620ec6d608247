import type { Node } from "web-tree-sitter";

import type { FunctionKind, SymbolKind } from "../../record/file-metadata.ts";
import type { CommentStyle } from "../header/comment-block.ts";
import type { MendedSource } from "../mending/outline.ts";

/** What kind of file something is: its name is what records are found by. */
export interface FileKind {
  readonly name: string;
  /** In lower case, with their dot. */
  readonly extensions: readonly string[];
  /** Whole file names, in lower case. */
  readonly fileNames?: readonly string[];
  /** Programs that a `#!` line may name, without version. */
  readonly interpreters?: readonly string[];
  /** Absent where a file has no comments, or where what looks like a header in them is none. */
  readonly comments?: CommentStyle;
}

/**
 * A language whose definitions are found: with a tree-sitter grammar and a query.
 *
 * Each pattern of the query captures exactly one of
 * - `@callable`: a function, and where the definition right around it is a class or scope, its method; or one of the kinds of
 *   functions (`@constructor`, `@getter`, …) if the pattern alone tells it,
 * - `@function`: a function of no class, wherever it stands,
 * - `@class`, or another of the kinds of classes (`@struct`, `@enum`, `@type`, …): what has members and a name (each language's
 *   file says what),
 * - `@namespace`, `@inner_module`: the same, but what is in it does not belong to it,
 * - one of the kinds of symbols (`@constant`, `@property`, `@member`, `@test`, …; `@alias` for a type that is no class): what
 *   else is found by its name, unless a function is around it or the same node is a function or class,
 * - `@scope`: not a record of its own, but the class that definitions in it belong to; without name, to none,
 * - `@comment`, `@prefix` (what may stand between a definition and its comment), `@docstring` (a string, or a comment),
 * - `@embedded`: text that the grammar does not look into, and in which definitions of the same language may stand,
 *
 * and with a definition its `@name`, and `@value` where its parameters are not a field of its own node (`@wrapped` if more than
 * the value may be in it), and `@receiver` where its class is named in its head. Captures that begin with `_` are for
 * predicates.
 */
export interface Language extends FileKind {
  readonly comments: CommentStyle;
  /** The grammar's file, as a module specifier. */
  readonly grammar: string;
  readonly query: string;
  /** Patterns that begin at the root: apart, for in `query` each would be tried at every node of the file. */
  readonly topLevel?: string;
  /** Makes a text that the grammar can parse; every position must stay what it is. */
  readonly rewrite?: (text: string) => string;
  /** The same, for a text that a preprocessor has yet to read, and says what must be found in it. */
  readonly mend?: (text: string) => MendedSource;
  /** What an embedded text must match to be looked into. */
  readonly embedded?: RegExp;
  /** How much of a comment's text documents: all of it, or what its XML elements hold. */
  readonly docFormat?: "text" | "xml";
  /** How a comment starts that documents what follows, whatever stands between. Absent: what touches it does. */
  readonly docComment?: RegExp;
  /** A whole line that begins a definition and is not part of its node, such as `export default`. */
  readonly leadIn?: RegExp;
  /** Comments that look like documentation of what follows, but are of what they stand in. */
  readonly innerDoc?: RegExp;
  /** Whether a definition ends with its last statement, and not with comments after it. */
  readonly endsWithStatement?: boolean;
  /** For what a query cannot say: the name of a definition, and where its parameters are. */
  readonly declaredName?: (definition: Node) => DeclaredName | undefined;
  /** The class that a receiver names, given its text. */
  readonly classOfReceiver?: (text: string) => string;
  /** The nodes of a definition's parameters, brackets and commas included, if it has no field for them. */
  readonly parameterNodes?: (callable: Node) => readonly Node[];
  /** The type of the node that holds the body if that comes after the definition's own node. */
  readonly followedBy?: string;
  /** Parameters that stand for there being none, or that only separate others. */
  readonly noParameter?: RegExp;
  /** The function or class that an expression is, without parentheses and types around it. For values captured as `@wrapped`. */
  readonly unwrap?: (value: Node) => Node | undefined;
  /** What the name is of which `text` is written, such as `:name` in Ruby. */
  readonly nameOf?: (text: string) => string;
  /** The type of nodes at the start of a definition that its line range leaves out, as it leaves out those before it. */
  readonly leftOut?: string;
  /** The kind of a function, if the pattern does not tell it and it is not the usual one. */
  readonly functionKind?: (head: DefinedHead) => FunctionKind | undefined;
  /** Another kind than the pattern's for a symbol; `undefined` leaves it out. */
  readonly symbolKind?: (symbol: CapturedSymbol) => SymbolKind | undefined;
  /** The fields of a function's node that may hold the type of what it returns. */
  readonly returnFields?: readonly string[];
  /** The type that a function returns, given what those fields hold (empty if they are not there). */
  readonly returnType?: (around: AroundName) => string;
  /** Takes apart what the grammar holds for one parameter. */
  readonly splitParameter?: (text: string) => readonly string[];
}

/** A definition's name and class, and where in the text it and its name start. */
export interface DefinedHead {
  readonly text: string;
  readonly start: number;
  readonly nameStart: number;
  readonly name: string;
  readonly className: string | undefined;
}

/** What is written of a function before its name, and from its name on. */
export interface AroundName {
  readonly head: string;
  readonly behind: string;
  readonly written: string;
}

export interface CapturedSymbol extends DefinedHead {
  readonly node: Node;
  readonly kind: SymbolKind;
  readonly end: number;
  /** Where the class around it starts. */
  readonly ownerStart: number;
}

export interface DeclaredName {
  readonly name: string;
  /** Where it starts in the text, or what stands before it and belongs to it. */
  readonly start?: number;
  readonly className?: string;
  /** The node whose field `parameters` holds them. */
  readonly parametersOf?: Node;
}

export const SLASH_COMMENTS: CommentStyle = { line: ["//"], block: true, docstring: false };
/** Javadoc's form, which most languages with block comments have taken over. */
export const STAR_DOC: RegExp = /^\/\*\*(?!\/)/;
/** As well as three slashes, but no more: a row of them is a banner. */
export const SLASH_DOC: RegExp = /^\/(?:\*\*(?!\/)|\/\/(?!\/))/;
export const HASH_COMMENTS: CommentStyle = { line: ["#"], block: false, docstring: false };
