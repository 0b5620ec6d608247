import { compareValues } from "../base/text/text-order.ts";
import { MetacacheError, messageOf } from "../base/errors.ts";
import { describe, Problems } from "../base/validation.ts";
import type { NotedState } from "../record/fingerprint.ts";

/** A run that has begun. */
export interface BegunRun {
  /** The real path of the tree's root, on the machine of the run. */
  readonly root: string;
  /** Milliseconds since the Unix epoch. */
  readonly begunAt: number;
}

/** A run that read the tree to its end. */
export interface CompleteRun extends BegunRun {
  /** Milliseconds since the Unix epoch. */
  readonly endedAt: number;
  /** What listed the files: git, or metacache itself by the `.gitignore` files. */
  readonly lister: "git" | "walk";
  /**
   * True if the list was known to be complete. Otherwise the run kept the records of missing files,
   * because the files may still exist.
   */
  readonly isTrusted: boolean;
  /** How many files of the tree have a record. */
  readonly files: number;
  /** How many files of the tree have no record, each for a known reason. */
  readonly skipped: number;
}

/** The runs that read the project's source tree last. */
export interface SourceRuns {
  /**
   * The run that began last. If `complete` is older, this run was interrupted or is still going on.
   */
  readonly latest: BegunRun;
  /** The last run that read the whole tree. `undefined` if no run ever did. */
  readonly complete: CompleteRun | undefined;
}

/** A file of the tree without a record, and the reason. */
export interface SkippedFile {
  /** The name as people read it. A name that is not UTF-8 cannot be a `ProjectPath`. */
  readonly path: string;
  /** Why it has no record: a `SkipReason`. */
  readonly reason: string;
  /** What a person should know besides the reason. */
  readonly detail?: string | undefined;
  /** Bytes, if that is why. */
  readonly size?: number | undefined;
}

/**
 * What is kept about a project besides its records: how its tree was last read. No call raises a
 * revision, and reading needs no right to write. For a project that the database does not have,
 * everything here is empty.
 */
export interface SourceStore {
  /** Notes that a run has begun. */
  beginRun(run: BegunRun): Promise<void>;
  /**
   * Stores the end of a run. Replaces the list of skipped files by `skipped`, and keeps at most
   * 10,000 files.
   */
  endRun(run: CompleteRun, skipped: readonly SkippedFile[]): Promise<void>;
  /** `undefined` if no run ever began. */
  runs(): Promise<SourceRuns | undefined>;
  /** Returns the files that the last complete run skipped, by path. */
  skippedFiles(): Promise<readonly SkippedFile[]>;
  /** What the last complete run said of this file; `undefined` if it did not skip it. */
  skippedFile(path: string): Promise<SkippedFile | undefined>;
  /** Notes the states of files that have a row. A state disappears with its row. */
  noteStates(states: readonly NotedState[]): Promise<void>;
}

export const MAX_SKIPPED_FILES = 10_000;

/**
 * Chooses the files of a long list that are kept, each path once. Binary files such as pictures
 * come last: there may be any number of them, and nobody asks why they have no record.
 */
export function chooseSkipped(skipped: readonly SkippedFile[]): readonly SkippedFile[] {
  const distinct = [...new Map(skipped.map((file) => [file.path, storable(file)])).values()];
  if (distinct.length <= MAX_SKIPPED_FILES) return distinct;
  return distinct.toSorted((a, b) => Number(a.reason === "binary") - Number(b.reason === "binary")).slice(0, MAX_SKIPPED_FILES);
}

/** Returns the file in a form that every database can store. */
function storable({ path, reason, detail, size }: SkippedFile): SkippedFile {
  const text = detail?.slice(0, MAX_DETAIL).replaceAll("\0", "\uFFFD").toWellFormed();
  return {
    path: path.replaceAll("\0", "\uFFFD").toWellFormed(),
    reason,
    ...(text !== undefined && { detail: text }),
    ...(size !== undefined && { size }),
  };
}

const MAX_DETAIL = 1_000;

export function encodeRun({ root, begunAt, endedAt, lister, isTrusted, files, skipped }: CompleteRun): string {
  return JSON.stringify({ root, begunAt, endedAt, lister, isTrusted, files, skipped });
}

/**
 * Reads a row of `source_run`: root, begun_at, complete. Throws `E_RECORD` if another program wrote
 * invalid data there.
 */
export function decodeRuns([root, begunAt, complete]: readonly unknown[]): SourceRuns {
  const latest = { root: String(root), begunAt: Number(begunAt) };
  if (complete === null) return { latest, complete: undefined };
  try {
    return { latest, complete: decodeRun(JSON.parse(complete as string)) };
  } catch (error) {
    const problem = `what the database stored about the last indexing run cannot be read (${messageOf(error)})`;
    throw new MetacacheError("E_RECORD", problem, { remedy: "index the project again", cause: error });
  }
}

function decodeRun(value: unknown): CompleteRun {
  const problems = new Problems();
  const run = problems.object("complete", value);
  const number = (name: string): number => {
    const found = run[name];
    if (typeof found === "number") return found;
    problems.add(name, `must be a number, not ${describe(found)}`);
    return 0;
  };
  const decoded: CompleteRun = {
    root: problems.text("root", run["root"]),
    begunAt: number("begunAt"),
    endedAt: number("endedAt"),
    lister: problems.oneOf("lister", run["lister"], ["git", "walk"]),
    isTrusted: run["isTrusted"] === true,
    files: number("files"),
    skipped: number("skipped"),
  };
  if (problems.found.length > 0) throw new MetacacheError("E_RECORD", problems.found.join("; "));
  return decoded;
}

/** Sorts by path here, because a database may use another order. */
export function decodeSkippedFiles(rows: readonly (readonly unknown[])[]): readonly SkippedFile[] {
  return rows.map(decodeSkipped).sort((a, b) => compareValues(a.path, b.path));
}

/** Reads a row of `skipped_file`: path, reason, detail, size. */
export function decodeSkipped([path, reason, detail, size]: readonly unknown[]): SkippedFile {
  return {
    path: String(path),
    reason: String(reason),
    ...(typeof detail === "string" && { detail }),
    ...(size !== null && { size: Number(size) }),
  };
}
