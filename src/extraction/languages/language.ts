import type { Node } from "web-tree-sitter";

import type { FunctionKind, SymbolKind } from "../../record/file-metadata.ts";
import type { CommentStyle } from "../header/comment-block.ts";
import type { MendedSource } from "../mending/outline.ts";

/** A kind of file. Records are found by its name. */
export interface FileKind {
  readonly name: string;
  /** In lower case, with the dot. */
  readonly extensions: readonly string[];
  /** Whole file names, in lower case. */
  readonly fileNames?: readonly string[];
  /** The programs that a `#!` line may name, without version. */
  readonly interpreters?: readonly string[];
  /**
   * Missing if such files have no comments, or if a text that looks like a header in them is not
   * one.
   */
  readonly comments?: CommentStyle;
}

/**
 * A language whose definitions are found by a tree-sitter grammar and a query. The file of each
 * language says what its records have in `functions`, `classes` and `symbols`.
 *
 * Each pattern of the query captures exactly one of these:
 * - `@callable`: a function. If the definition directly around it is a class or a scope, it is a
 *   method. If the pattern alone tells the kind of the function, it captures that kind instead
 *   (`@constructor`, `@getter`, …).
 * - `@function`: a function that belongs to no class, wherever it is.
 * - `@class`, or another kind of class (`@struct`, `@enum`, `@type`, …): a thing that has members
 *   and a name.
 * - `@namespace`, `@inner_module`: the same, but its members do not belong to it.
 * - a kind of symbol (`@constant`, `@property`, `@member`, `@test`, …; `@alias` for a type that is
 *   not a class): another named thing. It does not count inside a function, or if the same node is
 *   a function or a class.
 * - `@scope`: gives its class to the definitions in it, and gets no entry of its own in the record.
 *   If it has no name, these definitions belong to no class.
 * - `@comment`.
 * - `@prefix`: a node that may be between a definition and its comment.
 * - `@docstring`: a string or a comment that documents the definition around it.
 * - `@embedded`: text that the grammar does not parse, and that may contain definitions of the same
 *   language.
 *
 * A pattern with a definition also captures its `@name`. It captures `@value` if the parameters are
 * not a field of the definition's own node, or `@wrapped` if the node may contain more than the
 * value. It captures `@receiver` if the head of the definition names its class. Captures that begin
 * with `_` are for predicates.
 */
export interface Language extends FileKind {
  readonly comments: CommentStyle;
  /** The file of the grammar, as a module specifier. */
  readonly grammar: string;
  readonly query: string;
  /**
   * Patterns that begin at the root. They are separate, because tree-sitter would try them at every
   * node of the file if they were in `query`.
   */
  readonly topLevel?: string;
  /** Returns a text that the grammar can parse. All offsets must stay the same. */
  readonly rewrite?: (text: string) => string;
  /**
   * Does the same for a text before the preprocessor, and says which things must be found in it.
   */
  readonly mend?: (text: string) => MendedSource;
  /** The definitions in an embedded text are looked for only if the text matches this. */
  readonly embedded?: RegExp;
  /** Which part of a comment is documentation: all of its text, or the text in its XML elements. */
  readonly docFormat?: "text" | "xml";
  /**
   * Matches the start of a comment that documents the next definition, even if something is between
   * them. If this is missing, a comment documents the definition that it touches.
   */
  readonly docComment?: RegExp;
  /**
   * Matches a whole line that begins a definition but is not part of its node, such as `export
   * default`.
   */
  readonly leadIn?: RegExp;
  /** Matches a comment that documents the thing around it, not the next definition. */
  readonly innerDoc?: RegExp;
  /** True if a definition ends with its last statement, and not with the comments after it. */
  readonly endsWithStatement?: boolean;
  /**
   * Returns the name of a definition, and the node of its parameters, if a query cannot say them.
   */
  readonly declaredName?: (definition: Node) => DeclaredName | undefined;
  /**
   * Returns false if a `@value` does not get its name from the definition that it is in. It is then
   * no such definition.
   */
  readonly namesValue?: (definition: Node, value: Node) => boolean;
  /** Returns the class that the text of a receiver names. */
  readonly classOfReceiver?: (text: string) => string;
  /**
   * Returns the nodes of a definition's parameters, including brackets and commas, if the
   * definition has no field for them.
   */
  readonly parameterNodes?: (callable: Node) => readonly Node[];
  /**
   * The type of the node that holds the body, if that node comes after the definition's own node.
   */
  readonly followedBy?: string;
  /** Matches a parameter that means "no parameters", or that only separates other parameters. */
  readonly noParameter?: RegExp;
  /**
   * Returns the function or class in an expression, without the parentheses and types around it.
   * For values that are captured as `@wrapped`.
   */
  readonly unwrap?: (value: Node) => Node | undefined;
  /** Returns the name for the text of a `@name`: `name` for `:name` in Ruby. */
  readonly nameOf?: (text: string) => string;
  /**
   * The type of the nodes at the start of a definition that its line range leaves out. The range
   * also leaves out such nodes before the definition.
   */
  readonly leftOut?: string;
  /**
   * Returns the kind of a function. Called if the pattern does not tell the kind. `undefined` means
   * the usual kind.
   */
  readonly functionKind?: (head: DefinedHead) => FunctionKind | undefined;
  /** Returns the kind of a symbol. `undefined` leaves the symbol out. */
  readonly symbolKind?: (symbol: CapturedSymbol) => SymbolKind | undefined;
  /** Returns false if a node that is captured as `@test` is none. */
  readonly isTest?: (node: Node, text: string) => boolean;
  /** The fields of a function's node that may hold the type that the function returns. */
  readonly returnFields?: readonly string[];
  /**
   * Returns the type that a function returns. `written` is the text of `returnFields`, or empty if
   * the node has none of them.
   */
  readonly returnType?: (around: AroundName) => string;
  /** Splits the text that the grammar has for one parameter into parameters. */
  readonly splitParameter?: (text: string) => readonly string[];
}

/**
 * The name and the class of a definition, and the offsets in the text where the definition and its
 * name start.
 */
export interface DefinedHead {
  readonly text: string;
  readonly start: number;
  readonly nameStart: number;
  readonly name: string;
  readonly className: string | undefined;
}

/** The text of a function before its name, and from its name on. */
export interface AroundName {
  readonly head: string;
  readonly behind: string;
  readonly written: string;
}

export interface CapturedSymbol extends DefinedHead {
  readonly node: Node;
  readonly kind: SymbolKind;
  readonly end: number;
  /** The offset where the class around the symbol starts. */
  readonly ownerStart: number;
}

export interface DeclaredName {
  readonly name: string;
  /** The offset where the name starts, or where a qualifier before it starts. */
  readonly start?: number;
  readonly className?: string;
  /** The node whose field `parameters` holds the parameters. */
  readonly parametersOf?: Node;
}

export const SLASH_COMMENTS: CommentStyle = { line: ["//"], block: true, docstring: false };
/** The form of Javadoc, which most languages with block comments use. */
export const STAR_DOC: RegExp = /^\/\*\*(?!\/)/;
/** Two forms: `/**` and exactly three slashes. A row of more slashes is a banner. */
export const SLASH_DOC: RegExp = /^\/(?:\*\*(?!\/)|\/\/(?!\/))/;
export const HASH_COMMENTS: CommentStyle = { line: ["#"], block: false, docstring: false };
