import { PROBLEM_KINDS, problemKind, type ExtractionProblem, type FileMetadata, type ProblemKind } from "../../record/file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { SkippedPath } from "./skip-reason.ts";

/**
 * What one indexing run did. Every path of the tree is accounted for: it is one of `files`, which
 * are those added, changed and unchanged, or skipped with a reason.
 */
export interface IndexReport {
  /** The real path of the root. */
  readonly root: string;
  /** Who listed the files: git, or metacache itself by the `.gitignore` files. */
  readonly method: "git" | "walk";
  /**
   * Whether the list of files was known to be whole. If not, the records of files that exist were
   * kept: a warning says why.
   */
  readonly isTrusted: boolean;
  /** The files of the tree that have a record: `added + changed + unchanged`. */
  readonly files: number;
  /** Records sent to the sink of which it knew nothing, and those of which it did. */
  readonly added: number;
  /** Records sent to the sink that it had already, in another version. */
  readonly changed: number;
  /** Files whose record was right already. */
  readonly unchanged: number;
  /** Records of files that are no longer in the tree. */
  readonly removed: number;
  /**
   * Of those added and changed: for how many the database had the same bytes already, so that
   * nothing was parsed.
   */
  readonly takenOver: number;
  /** In the order of paths. */
  readonly skipped: readonly SkippedPath[];
  /**
   * Of the records sent in this run: how many have each kind of problem, and which they are, in the
   * order of paths.
   */
  readonly problems: Readonly<Record<ProblemKind, number>>;
  /** The records with problems, in the order of paths. */
  readonly problemPaths: readonly { readonly path: ProjectPath; readonly problems: readonly ExtractionProblem[] }[];
  /** How many records of each language were sent in this run. */
  readonly byLanguage: Readonly<Record<string, number>>;
  /** What a person should know of how the files were listed. */
  readonly warnings: readonly string[];
  /**
   * True where the run was stopped: what had been sent stays, and the next run goes on from there.
   */
  readonly aborted: boolean;
  /** How long the run took, in milliseconds. */
  readonly elapsedMs: number;
}

/** Adds up what was sent to the sink. */
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

  /** So many of the records that were counted last were in the sink already, as they were. */
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
