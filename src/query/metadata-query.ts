import type { MetadataField } from "../record/file-metadata.ts";

/** Any term that begins so, by UTF-16 code units. */
export interface TermPrefix {
  /** What the term begins with. */
  readonly prefix: string;
}

/** A term, all terms with a prefix, or a list of such alternatives of which any will do. */
export type TermCriterion = string | TermPrefix | readonly (string | TermPrefix)[];

/** What answers can be ordered by; with `-` before it, descending. Equal values are ordered by path. */
export const ORDER_FIELDS = ["path", "language", "size", "modifiedAt"] as const;
/** What an answer can be ordered by. */
export type OrderField = (typeof ORDER_FIELDS)[number];
/** What an answer is ordered by; with `-` before it, descending. */
export type OrderBy = OrderField | `-${OrderField}`;

/**
 * What to look for. All criteria that are given must hold; none at all asks for every file.
 *
 * Names and languages are compared exactly, as the record spells them.
 */
export interface MetadataQuery<F extends MetadataField = MetadataField> {
  /** The language of the file. */
  readonly language?: TermCriterion | undefined;
  /**
   * A document that a reference of the file means, in its header, in a comment or as a link: in any spelling (`docs/D.md`, `./docs/D.md`, `docs/D.md#goal`, `D.md` if one file alone has
   * the name), whether or not it exists. What names no file, such as a URL, is compared as it is written. A prefix is one of the path that a reference would mean first.
   */
  readonly referenceDoc?: TermCriterion | undefined;
  /** The name of a function or method in the file. */
  readonly functionName?: TermCriterion | undefined;
  /** The name of a class in the file. */
  readonly className?: TermCriterion | undefined;
  /**
   * A regular expression that matches somewhere in the path, in RE2's syntax (no look-around, no back-references), so
   * that matching takes time linear in the path whatever the pattern. Of a `RegExp`, the flags i, m, s and u count.
   */
  readonly pathPattern?: string | RegExp | undefined;
  /** What the path begins with, such as `src/`. */
  readonly pathPrefix?: string | undefined;
  /** The default is `path`. Every order is total, and the same in every process. */
  readonly orderBy?: OrderBy | undefined;
  /** At most so many items, 1 or more; without it, all. */
  readonly limit?: number | undefined;
  /**
   * The `nextCursor` of an answer to the same query: continue after it. However the project changed meanwhile, no item
   * comes twice and none is skipped, but for those whose own place in the order changed: they are where they are now.
   */
  readonly cursor?: string | undefined;
  /** Only these fields of each record; `path`, `language`, `size` and `modifiedAt` are answered without touching records. */
  readonly select?: readonly F[] | undefined;
}
