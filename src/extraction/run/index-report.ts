import { PROBLEM_KINDS, problemKind, type ExtractionProblem, type FileMetadata, type ProblemKind } from "../../record/file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { SkippedPath } from "./skip-reason.ts";

/**
 * What one indexing run did. Accounts for every path of the tree: a path is one of `files` (added,
 * changed or unchanged), or it is skipped with a reason.
 */
export interface IndexReport {
  /** The real path of the root. */
  readonly root: string;
  /** What listed the files: git, or metacache itself by the `.gitignore` files. */
  readonly method: "git" | "walk";
  /**
   * True if the list of files was known to be complete. If not, the run kept the records of files
   * that exist, and a warning says why.
   */
  readonly isTrusted: boolean;
  /** The files of the tree that have a record: `added + changed + unchanged`. */
  readonly files: number;
  /** Records sent to the sink whose paths were new to the sink. */
  readonly added: number;
  /** Records sent to the sink that the sink already had in another version. */
  readonly changed: number;
  /** Files whose record was already right. */
  readonly unchanged: number;
  /** Records of files that are no longer in the tree. */
  readonly removed: number;
  /**
   * How many of the added and changed files were not parsed, because the database already had a
   * record of the same bytes.
   */
  readonly takenOver: number;
  /** In the order of paths. */
  readonly skipped: readonly SkippedPath[];
  /** How many of the records sent in this run have each kind of problem. */
  readonly problems: Readonly<Record<ProblemKind, number>>;
  /** The records with problems, in the order of paths. */
  readonly problemPaths: readonly { readonly path: ProjectPath; readonly problems: readonly ExtractionProblem[] }[];
  /** How many records of each language were sent in this run. */
  readonly byLanguage: Readonly<Record<string, number>>;
  /** What a person should know about how the files were listed. */
  readonly warnings: readonly string[];
  /**
   * True if the run was stopped. The records that were sent stay, and the next run continues from
   * there.
   */
  readonly aborted: boolean;
  /** How long the run took, in milliseconds. */
  readonly elapsedMs: number;
}

/** Counts the records that were sent to the sink. */
export class WrittenRecords {
  added = 0;
  changed = 0;
  unchanged = 0;
  readonly #problems = Object.fromEntries(PROBLEM_KINDS.map((kind) => [kind, 0])) as Record<ProblemKind, number>;
  readonly #problemPaths: { path: ProjectPath; problems: readonly ExtractionProblem[] }[] = [];
  readonly #byLanguage = new Map<string, number>();

  count(record: Pick<FileMetadata, "path" | "language" | "problems">, isKnown: boolean): void {
    if (isKnown) this.changed++;
    else this.added++;
    this.#byLanguage.set(record.language, (this.#byLanguage.get(record.language) ?? 0) + 1);
    for (const problem of record.problems) this.#problems[problemKind(problem)!]++;
    if (record.problems.length > 0) this.#problemPaths.push({ path: record.path, problems: record.problems });
  }

  /**
   * Notes that the sink already had `count` of the records that were counted last, without a
   * difference.
   */
  discount(count: number): void {
    const known = Math.min(count, this.changed);
    this.changed -= known;
    this.added -= count - known;
    this.unchanged += count;
  }

  report(): Pick<IndexReport, "files" | "added" | "changed" | "unchanged" | "problems" | "problemPaths" | "byLanguage"> {
    return {
      files: this.added + this.changed + this.unchanged,
      added: this.added,
      changed: this.changed,
      unchanged: this.unchanged,
      problems: this.#problems,
      problemPaths: this.#problemPaths.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      byLanguage: Object.fromEntries([...this.#byLanguage].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }
}
