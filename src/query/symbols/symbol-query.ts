import type { ProjectPath } from "../../record/project-path.ts";
import type { AnySymbolKind } from "../../record/symbols.ts";
import type { TermCriterion, TermPrefix } from "../metadata-query.ts";

/**
 * Any name that is like this, case ignored: the name itself (`exact`), one that begins so (`prefix`), one whose words do (`hump`: `pFM`, `parFil` and `file_meta`
 * find `parseFileMetadata`), or one that has it somewhere (`substring`).
 */
export interface NameLike {
  /** What the name must be like, in any case of its letters. */
  readonly like: string;
}

/** Any name that begins so. */
export interface NamePrefix extends TermPrefix {
  /** Capitals and small letters are the same. Costs a look at every name, as `like` does. */
  readonly ignoreCase?: boolean | undefined;
}

/** A name, all names with a prefix, or all names that are like a text. */
export type SymbolName = string | NamePrefix | NameLike;

/** What answers can be ordered by. `path` is by path and line, `name` by name, then path and line, `rank` the best first, then the shortest name, then by name. */
export const SYMBOL_ORDERS = ["path", "name", "rank"] as const;
/** What an answer can be ordered by. */
export type SymbolOrder = (typeof SYMBOL_ORDERS)[number];

/** Which symbols to look for: functions, classes and all else in a file that has a name. All criteria that are given must hold; none at all asks for every symbol. */
export interface SymbolQuery {
  /**
   * A name, all names with a prefix, all that are like a text, or a list of such alternatives. `Class.method`, `Class::method` and `Class#method` also stand for
   * the `method` whose `className` is `Class`.
   */
  readonly name?: SymbolName | readonly SymbolName[] | undefined;
  /** One kind, or a list of kinds of which any will do. */
  readonly kind?: AnySymbolKind | readonly AnySymbolKind[] | undefined;
  /** The name of the class (enumeration, group of tests) that the symbol belongs to. */
  readonly className?: TermCriterion | undefined;
  /** The language of the file. */
  readonly language?: TermCriterion | undefined;
  /** What the path of the file begins with, such as `src/`. */
  readonly pathPrefix?: string | undefined;
  /** As in `MetadataQuery`. */
  readonly pathPattern?: string | RegExp | undefined;
  /** The default is `rank` if a name is asked for with `like`, otherwise `path`. Every order is total, and the same in every process. */
  readonly orderBy?: SymbolOrder | undefined;
  /** At most so many items, 1 or more; without it, all. */
  readonly limit?: number | undefined;
  /** The `nextCursor` of an answer to the same query: continue after it, as in `MetadataQuery`. */
  readonly cursor?: string | undefined;
}

/** A symbol, and where it stands. */
export interface FoundSymbol {
  /** The file that it is in. */
  readonly path: ProjectPath;
  /** Its first and its last line, counted from 1. */
  readonly line: number;
  /** Its last line, counted from 1. */
  readonly endLine: number;
  /** Its name. */
  readonly name: string;
  /** What it is. */
  readonly kind: AnySymbolKind;
  /** The name of the class that it belongs to. */
  readonly className?: string;
  /** The language of its file. */
  readonly language: string;
  /** On one line, by the habit of the language: `parseFileMetadata(value: unknown): FileMetadata`, `class QueryEngine`. */
  readonly signature: string;
  /** The first paragraph of its documentation; empty if there is none. */
  readonly intent: string;
}
