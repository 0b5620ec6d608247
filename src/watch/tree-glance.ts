import type { Fingerprint } from "../record/fingerprint.ts";
import type { Stats } from "node:fs";
import { dirname, join } from "node:path";

import { withSignal } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import { stateOf } from "../extraction/run/file-state.ts";
import type { RecordSink } from "../extraction/run/record-sink.ts";
import { lookAt } from "../files/open-databases.ts";
import { listSourceTree, type SourceTree } from "../extraction/tree/source-tree.ts";
import type { ProjectPath } from "../record/project-path.ts";

export interface GlanceSettings {
  readonly clock: Clock;
  readonly exclude: readonly string[];
  /** When the last run over the whole tree began, in milliseconds since the Unix epoch. */
  readonly since: number;
  /** A comparison ends without a result after this many milliseconds. */
  readonly limitMs: number;
}

/** The result of a glance: the files that differ from their records, and what is known of them. */
export interface Glance {
  readonly paths: ReadonlySet<ProjectPath>;
  readonly known: ReadonlyMap<ProjectPath, Fingerprint>;
}

/**
 * Compares the names, sizes, times and inodes of all files of a tree with their records. Reads no
 * file. Git lists the files in its own process from the constructor on, so construct a glance
 * before other work. Dispose of it at the end.
 */
export class TreeGlance implements Disposable {
  readonly #root: string;
  readonly #settings: GlanceSettings;
  readonly #ended = new AbortController();
  readonly #listing: Promise<SourceTree>;

  constructor(root: string, settings: GlanceSettings) {
    const { clock, exclude } = settings;
    this.#root = root;
    this.#settings = settings;
    this.#listing = listSourceTree(root, { clock, exclude, signal: this.#ended.signal });
    this.#listing.catch(() => undefined);
  }

  /**
   * Returns `undefined` if this call takes longer than the limit. A file without a record counts as
   * new only if it changed, or came, after the last run: that run may have left it out because of
   * one of its options.
   */
  async compare(sink: RecordSink): Promise<Glance | undefined> {
    const { clock, limitMs } = this.#settings;
    const { signal } = this.#ended;
    const cancel = clock.schedule(limitMs, () => this.#ended.abort(), "awaited");
    try {
      const seen = await this.#compareKnown(sink);
      if (!signal.aborted) await addUnlisted(this.#root, sink, seen, await withSignal(this.#listing, signal), this.#settings);
      return signal.aborted ? undefined : seen;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      cancel();
    }
  }

  async #compareKnown(sink: RecordSink): Promise<SeenFiles> {
    const seen: SeenFiles = { paths: new Set(), known: new Map(), recorded: new Set() };
    for await (const page of sink.fingerprints()) {
      for (const file of page) {
        seen.recorded.add(file.path);
        if (!isSame(statsOf(this.#root, file.path), file)) note(seen, file);
      }
      // Lets the event loop read what git wrote meanwhile, and see that the time is over.
      await this.#settings.clock.yield();
      if (this.#ended.signal.aborted) break;
    }
    return seen;
  }

  [Symbol.dispose](): void {
    this.#ended.abort();
  }
}

interface SeenFiles extends Glance {
  readonly paths: Set<ProjectPath>;
  readonly known: Map<ProjectPath, Fingerprint>;
  /**
   * Every path that has a record. Keeping the whole fingerprints of so many files would keep the
   * garbage collector busy.
   */
  readonly recorded: Set<ProjectPath>;
}

/** Adds the files that came into the tree, and those that its rules leave out now. */
async function addUnlisted(root: string, sink: RecordSink, seen: SeenFiles, tree: SourceTree, { since }: GlanceSettings): Promise<void> {
  const news = new NewFiles(root, since, seen.recorded);
  let listed = 0;
  for (const path of tree.paths) {
    if (seen.recorded.has(path)) listed++;
    else if (news.has(path)) seen.paths.add(path);
  }
  if (!tree.isTrusted || listed === seen.recorded.size) return;
  const names = new Set(tree.paths);
  for await (const page of sink.fingerprints()) for (const file of page) if (!names.has(file.path)) note(seen, file);
}

function note({ paths, known }: SeenFiles, file: Fingerprint): void {
  paths.add(file.path);
  known.set(file.path, file);
}

function isSame(stats: Stats | undefined, { size, modifiedAt, state }: Fingerprint): boolean {
  return stats?.isFile() === true && stats.size === size && stats.mtimeMs === modifiedAt && stateOf(stats) === state;
}

/**
 * Concatenates the path instead of calling `join`: paths of records are normalized already, and
 * there are many.
 */
function statsOf(root: string, path: string): Stats | undefined {
  return lookAt(`${root}/${path}`);
}

/** Knows which of the files without a record came or changed after the last run. */
class NewFiles {
  readonly #root: string;
  readonly #since: number;
  readonly #recorded: ReadonlySet<ProjectPath>;
  /** The directories with records. The set is made only if there is a file without a record. */
  #covered: Set<string> | undefined;
  readonly #isNew = new Map<string, boolean>();

  constructor(root: string, since: number, recorded: ReadonlySet<ProjectPath>) {
    this.#root = root;
    this.#since = since;
    this.#recorded = recorded;
  }

  has(path: ProjectPath): boolean {
    return this.#changed(path) || this.#rulesChanged() || this.#directoryIsNew(dirname(path));
  }

  #changed(path: string): boolean {
    const stats = statsOf(this.#root, path);
    return stats !== undefined && stats.ctimeMs >= this.#since;
  }

  #rulesChanged(): boolean {
    return this.#remembered("", () => [".git/info/exclude", "metacache.json"].some((file) => this.#changed(file)));
  }

  /**
   * True if the directory, or one above it, came into the tree or got other rules. A directory that
   * was moved into the tree keeps the times of its files. Rules in a directory decide for
   * everything below it.
   */
  #directoryIsNew(directory: string): boolean {
    return this.#remembered(directory, () => {
      if (this.#changed(join(directory, ".gitignore"))) return true;
      if (directory === ".") return false;
      return (!this.#hasRecords(directory) && this.#changed(directory)) || this.#directoryIsNew(dirname(directory));
    });
  }

  #hasRecords(directory: string): boolean {
    if (this.#covered === undefined) {
      this.#covered = new Set();
      for (const path of this.#recorded)
        for (let above = dirname(path); !this.#covered.has(above); above = dirname(above)) this.#covered.add(above);
    }
    return this.#covered.has(directory);
  }

  #remembered(key: string, judge: () => boolean): boolean {
    let answer = this.#isNew.get(key);
    if (answer === undefined) this.#isNew.set(key, (answer = judge()));
    return answer;
  }
}
