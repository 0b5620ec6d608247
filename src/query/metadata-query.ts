import type { MetadataField } from "../record/file-metadata.ts";

/** Any term that begins with `prefix`, compared by UTF-16 code units. */
export interface TermPrefix {
  /** The beginning of the terms. */
  readonly prefix: string;
}

/**
 * A term, all terms with a prefix, or a list of alternatives. A record meets a list if it meets at
 * least one alternative.
 */
export type TermCriterion = string | TermPrefix | readonly (string | TermPrefix)[];

/**
 * The fields that answers can be ordered by. A `-` before the field means descending order. Records
 * with equal values are ordered by path.
 */
export const ORDER_FIELDS = ["path", "language", "size", "modifiedAt"] as const;
/** A field that answers can be ordered by. */
export type OrderField = (typeof ORDER_FIELDS)[number];
/** The order of an answer: by a field. A `-` before the field means descending order. */
export type OrderBy = OrderField | `-${OrderField}`;

/**
 * What to look for. A record must meet all given criteria. A query without criteria finds every
 * file.
 *
 * Names and languages are compared exactly, as the record spells them.
 */
export interface MetadataQuery<F extends MetadataField = MetadataField> {
  /** The language of the file. */
  readonly language?: TermCriterion | undefined;
  /**
   * A document that the file refers to, in its header, in a comment or by a link. Any spelling
   * finds it: `docs/D.md`, `./docs/D.md`, `docs/D.md#goal`, or `D.md` if only one file has this
   * name. The document does not need to exist. A text that names no file, such as a URL, is
   * compared as it is written. A prefix is compared with the path that each reference tries first.
   */
  readonly referenceDoc?: TermCriterion | undefined;
  /** The name of a function or method in the file. */
  readonly functionName?: TermCriterion | undefined;
  /** The name of a class in the file. */
  readonly className?: TermCriterion | undefined;
  /**
   * A regular expression that must match somewhere in the path, in RE2's syntax: no look-around, no
   * back-references. So the time of a match is linear in the length of the path, for every pattern.
   * The flags i, m, s and u of a `RegExp` apply.
   */
  readonly pathPattern?: string | RegExp | undefined;
  /** The beginning of the paths, such as `src/`. */
  readonly pathPrefix?: string | undefined;
  /** The default is `path`. Every order is total, and the same in every process. */
  readonly orderBy?: OrderBy | undefined;
  /** The greatest number of items, at least 1. Without a limit, the answer has all items. */
  readonly limit?: number | undefined;
  /**
   * The `nextCursor` of an answer to the same query: the new page starts after that answer. If the
   * project changes between pages, no item comes twice and no item is skipped, unless its own place
   * in the order changed: such an item is at its new place.
   */
  readonly cursor?: string | undefined;
  /**
   * Only these fields of each record are returned. `path`, `language`, `size` and `modifiedAt` are
   * answered without reading records.
   */
  readonly select?: readonly F[] | undefined;
}
