import type { Fingerprint } from "../../record/fingerprint.ts";
import type { Clock } from "../../base/clock.ts";
import { MetacacheError } from "../../base/errors.ts";
import type { NotedChange } from "../../calls/tree-freshness.ts";
import type { IndexReport } from "../../extraction/run/index-report.ts";
import { IndexRun, type IndexSettings } from "../../extraction/run/index-run.ts";
import type { RecordSink } from "../../extraction/run/record-sink.ts";
import { keepsRecord } from "../../extraction/run/skip-reason.ts";
import { findTrackedIgnored } from "../../extraction/tree/git-source-tree.ts";
import { listSourceTree, type SourceTree } from "../../extraction/tree/source-tree.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import { pathProblem, type ProjectPath } from "../../record/project-path.ts";
import { OwnWrites } from "./own-writes.ts";
import { listPart } from "./part-of-tree.ts";
import { partSink } from "./part-sink.ts";
import type { Work } from "./pending-changes.ts";
import { parentOf } from "../thread/directory-rules.ts";
import type { WarmExtraction } from "./warm-extraction.ts";
import type { WatchedCache } from "./watched-cache.ts";

/**
 * The settings of the indexing run that each look makes, without those that differ between looks.
 */
export type LookSettings = Omit<IndexSettings, "force" | "list" | "signal"> & { readonly clock: Clock; readonly signal: AbortSignal };

/** The result of one look. */
export interface Applied {
  readonly report: IndexReport;
  /** Why the watcher looked at everything. `undefined` if it looked only at some paths. */
  readonly lookReason: string | undefined;
  /** Files that changed while they were read. They need another look. */
  readonly again: readonly string[];
  /** Directories with files of the tree, and the directories above them. */
  readonly directories: readonly string[];
}

/**
 * Brings the records in step with what changed, by an indexing run over the whole tree or over some
 * of its paths.
 */
export class ChangeApplier {
  readonly #cache: WatchedCache;
  readonly #settings: LookSettings;
  readonly #warm: WarmExtraction;
  readonly #writes: OwnWrites;
  #asksGit = false;
  #trackedIgnored: ReadonlySet<string> = new Set();
  /** Files that could not be read, and whose record was kept. */
  #unread = new Set<string>();
  #doubt: string | undefined;

  constructor(cache: WatchedCache, settings: LookSettings, warm: WarmExtraction) {
    this.#cache = cache;
    this.#settings = settings;
    this.#warm = warm;
    this.#writes = new OwnWrites(cache);
  }

  /** Returns the paths whose records were changed by another program. */
  foreign(changes: readonly NotedChange[]): readonly ProjectPath[] {
    return this.#writes.foreign(changes);
  }

  /** Files that no look can prove, because they cannot be read. */
  get unread(): ReadonlySet<string> {
    return this.#unread;
  }

  /** Why a look cannot prove at present that the records equal the files. */
  get doubt(): string | undefined {
    return this.#doubt;
  }

  /**
   * True if a name that a rule leaves out belongs to the tree in spite of the rule, or did. The
   * name is a file, or a directory that is gone.
   */
  concerns(path: string): boolean {
    if (this.#trackedIgnored.has(path) || this.#hasRecord(path)) return true;
    return pathProblem(path) === undefined && this.#cache.paths({ pathPrefix: `${path}/`, limit: 1 }).length > 0;
  }

  async apply(root: string, work: Work): Promise<Applied> {
    if (work.look !== undefined) return this.#lookAtAll(root, work.look.reason);
    if (work.paths.size > MOST_PATHS) return this.#lookAtAll(root, `${work.paths.size} paths changed at once`);
    if (work.index !== undefined && (await this.#hasOtherTracked(root))) return this.#lookAtAll(root, "git tracks other files than before");
    return this.#lookAtSome(root, work.paths.keys());
  }

  async #lookAtAll(root: string, reason: string): Promise<Applied> {
    let tree: SourceTree | undefined;
    const { clock, signal, exclude = [] } = this.#settings;
    const list = async (): Promise<SourceTree> => (tree = await listSourceTree(root, { clock, signal, exclude }));
    const report = await this.#run(root, this.#writes.sink, list);
    this.#asksGit = report.method === "git";
    this.#trackedIgnored = this.#asksGit ? await findTrackedIgnored(root, this.#settings) : new Set();
    this.#unread = new Set(this.#recordsOf(unreadOf(report)));
    this.#doubt = report.isTrusted ? this.#emptiness(report) : (report.warnings[0] ?? "the list of files may be incomplete");
    const directories = directoriesOf([...(tree?.paths ?? []), ...this.#trackedIgnored]);
    return { report, lookReason: reason, again: changingOf(report), directories };
  }

  async #lookAtSome(root: string, changed: Iterable<string>): Promise<Applied> {
    const { clock, signal, exclude = [] } = this.#settings;
    const paths = new Set<string>();
    for (const path of changed) for (const each of [path, ...this.#recordsBelow(path)]) paths.add(each);
    if (paths.size > MOST_PATHS) return this.#lookAtAll(root, `${paths.size} files were added or removed at once`);
    const known = await this.#knownOf(paths);
    const settings = { root, clock, signal, exclude, asksGit: this.#asksGit };
    let tree = await listPart(paths, known, settings);
    if (tree === undefined) return this.#lookAtAll(root, "git did not say which files belong to the tree");
    let isListed = false;
    const list = async (): Promise<SourceTree> => {
      if (isListed) tree = (await listPart(paths, known, settings)) ?? raise("git does not answer any more");
      isListed = true;
      return tree ?? raise("there is no list of the files");
    };
    const report = await this.#run(root, partSink(this.#writes.sink, known), list);
    for (const path of paths) this.#unread.delete(path);
    for (const path of this.#recordsOf(unreadOf(report))) this.#unread.add(path);
    this.#doubt = this.#emptiness(report) ?? (this.#doubt === EMPTY ? undefined : this.#doubt);
    return { report, lookReason: undefined, again: changingOf(report), directories: directoriesOf(tree.paths) };
  }

  async #run(root: string, sink: RecordSink, list: (root: string) => Promise<SourceTree>): Promise<IndexReport> {
    const { signal } = this.#settings;
    const openExtraction: IndexSettings["openExtraction"] = (realRoot, files) =>
      files <= FILES_FOR_ONE_THREAD ? this.#warm.at(realRoot) : this.#settings.openExtraction(realRoot, files);
    const report = await new IndexRun(sink, { ...this.#settings, list, openExtraction }).run(root);
    if (report.aborted) throw new MetacacheError("E_CLOSED", "the watcher is closed", { remedy: "open another one" });
    signal.throwIfAborted();
    return report;
  }

  async #knownOf(paths: ReadonlySet<string>): Promise<ReadonlyMap<ProjectPath, Fingerprint>> {
    const own = [...paths].filter((path) => this.#hasRecord(path));
    const records = await Promise.all(own.map((path) => this.#recordOf(path)));
    return new Map(records.flatMap((record) => (record === undefined ? [] : [[record.path, fingerprintOf(record)]])));
  }

  /** Returns `undefined` for an unreadable row, so that its record is made again. */
  async #recordOf(path: string): Promise<FileMetadata | undefined> {
    try {
      return await this.#cache.getMetadata(path);
    } catch (error) {
      if (error instanceof MetacacheError && error.code === "E_RECORD") return undefined;
      throw error;
    }
  }

  /** Returns those of `paths` that have a record, and all paths with a record below them. */
  #recordsOf(paths: readonly string[]): readonly string[] {
    return paths.flatMap((path) => [...(this.#hasRecord(path) ? [path] : []), ...this.#recordsBelow(path)]);
  }

  #hasRecord(path: string): boolean {
    return pathProblem(path) === undefined && this.#cache.paths({ pathPrefix: path, limit: 1 })[0] === path;
  }

  #recordsBelow(path: string): readonly ProjectPath[] {
    return pathProblem(path) === undefined ? this.#cache.paths({ pathPrefix: `${path}/` }) : [];
  }

  async #hasOtherTracked(root: string): Promise<boolean> {
    if (!this.#asksGit) return false;
    const found = await findTrackedIgnored(root, this.#settings);
    return found.size !== this.#trackedIgnored.size || [...found].some((path) => !this.#trackedIgnored.has(path));
  }

  /**
   * An empty root may mean that a disk is missing. Then the records are kept, but prove nothing.
   */
  #emptiness({ warnings }: IndexReport): string | undefined {
    return warnings.some((warning) => warning.includes(" is empty: nothing was removed")) ? EMPTY : undefined;
  }
}

const EMPTY = "the folder is empty: its records were kept, because a disk may be missing";
const MOST_PATHS = 2_000;
const FILES_FOR_ONE_THREAD = 200;

/** Returns all directories above these files. */
function directoriesOf(files: Iterable<string>): readonly string[] {
  const found = new Set<string>();
  for (const file of files) {
    for (let directory = parentOf(file); directory !== "" && !found.has(directory); directory = parentOf(directory)) found.add(directory);
  }
  return [...found];
}

function raise(problem: string): never {
  throw new MetacacheError("E_SOURCE", problem, { remedy: "wait, because the watcher tries again by itself" });
}

function changingOf({ skipped }: IndexReport): readonly string[] {
  return skipped.filter(({ reason }) => reason === "changing").map(({ path }) => path);
}

function unreadOf({ skipped }: IndexReport): readonly string[] {
  return skipped.filter(({ reason }) => keepsRecord(reason) && reason !== "changing").map(({ path }) => path);
}

function fingerprintOf(record: FileMetadata): Fingerprint {
  const { path, size, modifiedAt, digest, extractorVersion, language, problems } = record;
  return { path, size, modifiedAt, digest, extractorVersion, language, problems };
}
