import type { CitedPlace } from "../../record/cited-places.ts";
import type { CitingForm } from "../../references/normal-target.ts";
import type { Dangling } from "../../references/resolve.ts";

/** `in`: the files that refer to the target. `out`: the files that the target refers to. */
export const REFERENCE_DIRECTIONS = ["in", "out"] as const;
/** `in`: the files that refer to the target. `out`: the files that the target refers to. */
export type ReferenceDirection = (typeof REFERENCE_DIRECTIONS)[number];

/** A question about the references of a file or document. Give either `target` or `path`. */
export interface ReferencesQuery {
  /**
   * A document, or any other file or folder, in any spelling: `docs/D.md`, `./docs/D.md`, or `D.md`
   * if only one file has this name. With a section (`docs/D.md#goal`, `docs/D.md §3.2`), the first
   * step follows only references to this section. The target does not need to exist.
   */
  readonly target?: string | undefined;
  /** The exact path of a file in the project. The file does not need to exist. */
  readonly path?: string | undefined;
  /** The default is `in`. */
  readonly direction?: ReferenceDirection | undefined;
  /** The number of steps: 1 (the default) to 1,000. */
  readonly depth?: number | undefined;
  /** Only references of these forms. The default is all forms. */
  readonly forms?: readonly CitingForm[] | undefined;
  /** Also return the places of the references in the files. This reads the records of the page. */
  readonly places?: boolean | undefined;
  /** The greatest number of items, at least 1. Without a limit, the answer has all items. */
  readonly limit?: number | undefined;
  /** The `nextCursor` of an answer to the same query: the new page starts after that answer. */
  readonly cursor?: string | undefined;
}

/** A file on the way from or to the target. Each file comes once, on the shortest way. */
export interface RelatedFile {
  /** The path of the file or folder. */
  readonly path: string;
  /** True for a folder. References may lead to a folder, but none start there. */
  readonly isFolder?: true;
  /** How many references lie between the target and this file. */
  readonly depth: number;
  /** From the target to this file, both included. */
  readonly way: readonly string[];
  /** The forms of the references of the last step. */
  readonly forms: readonly CitingForm[];
  /**
   * With `places`: the references of the last step, in the order of the citing file. The citing
   * file is this file (`in`), or the file before it on the way (`out`).
   */
  readonly places?: readonly CitedPlace[];
}

/** What every answer about references says about itself. */
export interface AnswerState {
  /** The whole answer is of this one revision. */
  readonly revision: number;
  /** When the cache was last known to equal the database, in milliseconds since the Unix epoch. */
  readonly asOf: number;
  /** True if `asOf` is longer ago than the configured `staleAfterSeconds`. */
  readonly stale: boolean;
  /**
   * The number of rows that the database has but that are unreadable. Their references are missing
   * here.
   */
  readonly unreadable: number;
}

/** One page of the files that refer to a target, or to which the target refers. */
export interface ReferencesAnswer extends AnswerState {
  /** The path that was asked for, in its normal form. */
  readonly target: string;
  /** True if there is such a file or folder. */
  readonly exists: boolean;
  /** The section that was asked for. */
  readonly section?: string;
  /** The nearest first, then by path. */
  readonly items: readonly RelatedFile[];
  /** The number of all items, on all pages. */
  readonly total: number;
  /** The cursor of the next page. Absent on the last page. */
  readonly nextCursor?: string;
}

/** A dangling reference. */
export interface DanglingReference extends CitedPlace, Dangling {
  /** The file that has the reference. */
  readonly path: string;
}

/** All dangling references of a project. */
export interface DanglingAnswer extends AnswerState {
  /** By path, then in the order of the file. */
  readonly items: readonly DanglingReference[];
  /** The number of dangling references. */
  readonly total: number;
  /**
   * What was checked: the number of references that name a file (the same target and form counts
   * once per file), and the number of files that have them.
   */
  readonly checked: { readonly references: number; readonly files: number };
}

/** A question about orphans. */
export interface OrphansQuery {
  /**
   * Paths of files, in any spelling, or of folders with everything below them. The default: the
   * `README` files at the root, and every `index`, `SUMMARY` and `_sidebar` document.
   */
  readonly roots?: readonly string[] | undefined;
}

/** The documents that the roots do not reach by references. */
export interface OrphansAnswer extends AnswerState {
  /** In the order of the paths. */
  readonly items: readonly string[];
  /** The number of orphans. */
  readonly total: number;
  /** The number of documents, roots included. */
  readonly documents: number;
  /** The roots that were used. */
  readonly roots: readonly string[];
}
