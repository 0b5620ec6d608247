import type { CitedPlace } from "../../record/cited-places.ts";
import type { CitingForm } from "../../references/normal-target.ts";
import type { Dangling } from "../../references/resolve.ts";

/** `in`: who refers to it. `out`: what it refers to. */
export const REFERENCE_DIRECTIONS = ["in", "out"] as const;
/** `in`: the files that refer to the target. `out`: the files that it refers to. */
export type ReferenceDirection = (typeof REFERENCE_DIRECTIONS)[number];

/** What to look for among references: of what is named by `target` or `path`, of which one is given. */
export interface ReferencesQuery {
  /**
   * A document, or any other file or folder, in any spelling: `docs/D.md`, `./docs/D.md`, `D.md` if one file alone has the name. With a section (`docs/D.md#goal`, `docs/D.md §3.2`),
   * only references to that section count, on the first step. A target that does not exist is asked for as if it did.
   */
  readonly target?: string | undefined;
  /** The exact path of a file in the project, whether or not it exists. */
  readonly path?: string | undefined;
  /** The default is `in`. */
  readonly direction?: ReferenceDirection | undefined;
  /** How many steps: 1 (the default) to 1,000. */
  readonly depth?: number | undefined;
  /** Only references of these forms; without it, all. */
  readonly forms?: readonly CitingForm[] | undefined;
  /** Also say where in the files the references stand. That reads the records of the page. */
  readonly places?: boolean | undefined;
  /** At most so many items, 1 or more; without it, all. */
  readonly limit?: number | undefined;
  /** The `nextCursor` of an answer to the same query: continue after it. */
  readonly cursor?: string | undefined;
}

/** A file on the way from or to the target. Each file comes once, on the shortest way. */
export interface RelatedFile {
  /** The path of the file or folder. */
  readonly path: string;
  /** True for a folder, which may be referred to, and refers to nothing. */
  readonly isFolder?: true;
  /** How many references lie between. */
  readonly depth: number;
  /** From the target to this file, both included. */
  readonly way: readonly string[];
  /** The forms of the references of the last step. */
  readonly forms: readonly CitingForm[];
  /** With `places`: the references of the last step, in the order of the citing file, which is this one (`in`), or the one before it on the way (`out`). */
  readonly places?: readonly CitedPlace[];
}

/** What every answer about references says of itself. */
export interface AnswerState {
  /** The one revision that the whole answer is of. */
  readonly revision: number;
  /** When the cache was last known to equal the database, in milliseconds since the Unix epoch. */
  readonly asOf: number;
  /** Whether `asOf` is longer ago than the configured `staleAfterSeconds`. */
  readonly stale: boolean;
  /** Rows that the database has but that cannot be read: their references are missing here. */
  readonly unreadable: number;
}

/** One page of the files that refer to a target, or that it refers to. */
export interface ReferencesAnswer extends AnswerState {
  /** The path that was asked for, in its normal form. */
  readonly target: string;
  /** Whether there is such a file or folder. */
  readonly exists: boolean;
  /** The section that was asked for. */
  readonly section?: string;
  /** The nearest first, then by path. */
  readonly items: readonly RelatedFile[];
  /** How many there are in all, whatever the limit. */
  readonly total: number;
  /** Where the next page begins; absent on the last one. */
  readonly nextCursor?: string;
}

/** A reference that means nothing that exists. */
export interface DanglingReference extends CitedPlace, Dangling {
  /** The file that it stands in. */
  readonly path: string;
}

/** The references that mean no existing file. */
export interface DanglingAnswer extends AnswerState {
  /** By path, then in the order of the file. */
  readonly items: readonly DanglingReference[];
  /** How many there are. */
  readonly total: number;
  /** What was looked at: references that name a file (one target and form counts once for each file), and the files that have them. */
  readonly checked: { readonly references: number; readonly files: number };
}

/** From which roots to look for orphans. */
export interface OrphansQuery {
  /** Paths of files, in any spelling, or of folders with all that is below them. The default: `README` files at the root, and each `index`, `SUMMARY` and `_sidebar` document. */
  readonly roots?: readonly string[] | undefined;
}

/** The documents that no way of references from the roots reaches. */
export interface OrphansAnswer extends AnswerState {
  /** In order. */
  readonly items: readonly string[];
  /** How many there are. */
  readonly total: number;
  /** How many documents there are, roots included. */
  readonly documents: number;
  /** The roots that were found. */
  readonly roots: readonly string[];
}
