import type { ProjectPath } from "../../record/project-path.ts";
import type { AnySymbolKind } from "../../record/symbols.ts";
import type { TermCriterion, TermPrefix } from "../metadata-query.ts";

/**
 * Any name that is like this text, ignoring case: the name itself (`exact`), a name that begins
 * with the text (`prefix`), a name whose words begin with its parts (`hump`: `pFM`, `parFil` and
 * `file_meta` find `parseFileMetadata`), or a name that contains the text (`substring`).
 */
export interface NameLike {
  /** A text that the name is like. Upper and lower case are the same. */
  readonly like: string;
}

/** Any name that begins with `prefix`. */
export interface NamePrefix extends TermPrefix {
  /** Ignore case. This compares every name, as `like` does. */
  readonly ignoreCase?: boolean | undefined;
}

/** A name, all names with a prefix, or all names that are like a text. */
export type SymbolName = string | NamePrefix | NameLike;

/**
 * The orders of answers. `path` is by path, then line. `name` is by name, then path, then line.
 * `rank` is the best match first, then the shortest name, then by name.
 */
export const SYMBOL_ORDERS = ["path", "name", "rank"] as const;
/** An order of answers. */
export type SymbolOrder = (typeof SYMBOL_ORDERS)[number];

/**
 * Which symbols to look for: functions, classes and everything else in a file that has a name. A
 * symbol must meet all given criteria. A query without criteria finds every symbol.
 */
export interface SymbolQuery {
  /**
   * A name, all names with a prefix, all names that are like a text, or a list of such
   * alternatives. `Class.method`, `Class::method` and `Class#method` also find the `method` whose
   * `className` is `Class`.
   */
  readonly name?: SymbolName | readonly SymbolName[] | undefined;
  /** One kind, or a list of kinds. A symbol meets a list if it has one of these kinds. */
  readonly kind?: AnySymbolKind | readonly AnySymbolKind[] | undefined;
  /** The name of the class (or enumeration, or group of tests) that the symbol belongs to. */
  readonly className?: TermCriterion | undefined;
  /** The language of the file. */
  readonly language?: TermCriterion | undefined;
  /** The beginning of the file's path, such as `src/`. */
  readonly pathPrefix?: string | undefined;
  /** As in `MetadataQuery`. */
  readonly pathPattern?: string | RegExp | undefined;
  /**
   * The default is `rank` if a name is given with `like`, otherwise `path`. Every order is total,
   * and the same in every process.
   */
  readonly orderBy?: SymbolOrder | undefined;
  /** The greatest number of items, at least 1. Without a limit, the answer has all items. */
  readonly limit?: number | undefined;
  /**
   * The `nextCursor` of an answer to the same query: the new page starts after that answer, as in
   * `MetadataQuery`.
   */
  readonly cursor?: string | undefined;
}

/** A symbol, and its place. */
export interface FoundSymbol {
  /** The path of the file that has the symbol. */
  readonly path: ProjectPath;
  /** The first line of the symbol, counted from 1. */
  readonly line: number;
  /** The last line of the symbol, counted from 1. */
  readonly endLine: number;
  /** The name of the symbol. */
  readonly name: string;
  /** The kind of the symbol. */
  readonly kind: AnySymbolKind;
  /** The name of the class that the symbol belongs to. */
  readonly className?: string;
  /** The language of the file. */
  readonly language: string;
  /**
   * On one line, as the language writes it: `parseFileMetadata(value: unknown): FileMetadata`,
   * `class QueryEngine`.
   */
  readonly signature: string;
  /** The first paragraph of its documentation; empty if there is no documentation. */
  readonly intent: string;
}
