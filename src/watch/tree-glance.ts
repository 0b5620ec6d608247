import type { Fingerprint } from "../record/fingerprint.ts";
import type { Stats } from "node:fs";
import { dirname, join } from "node:path";

import { withSignal } from "../base/abort.ts";
import { type Clock, millisecondsSince } from "../base/clock.ts";
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
  /** The glance gives up after so many milliseconds. */
  readonly limitMs: number;
}

/** What a glance found: the files that differ from their records, and what is known of them. */
export interface Glance {
  readonly paths: ReadonlySet<ProjectPath>;
  readonly known: ReadonlyMap<ProjectPath, Fingerprint>;
}

/**
 * Compares the names, sizes, times and inodes of a whole tree with its records, and reads no file.
 * Returns `undefined` if that takes longer than the limit. A file without a record counts as new
 * only if something happened to it after the last run: that run may have left it out by an option
 * of its own.
 */
export async function glanceAtTree(root: string, sink: RecordSink, settings: GlanceSettings): Promise<Glance | undefined> {
  const { clock, exclude, limitMs } = settings;
  const limit = new AbortController();
  const cancel = clock.schedule(limitMs, () => limit.abort(), "awaited");
  try {
    // Git lists the files in a process of its own while this one looks at those that are known.
    const listing = listSourceTree(root, { clock, exclude, signal: limit.signal });
    listing.catch(() => undefined);
    const seen = await glanceAtKnown(root, sink, settings);
    if (seen === undefined) return undefined;
    await addUnlisted(root, sink, seen, await withSignal(listing, limit.signal), settings);
    return seen;
  } catch (error) {
    if (limit.signal.aborted) return undefined;
    throw error;
  } finally {
    cancel();
    limit.abort();
  }
}

interface SeenFiles extends Glance {
  readonly paths: Set<ProjectPath>;
  readonly known: Map<ProjectPath, Fingerprint>;
  /**
   * Every path that has a record. The rest of what is known of so many files would only keep the
   * garbage collector busy.
   */
  readonly recorded: Set<ProjectPath>;
}

async function glanceAtKnown(root: string, sink: RecordSink, { clock, limitMs }: GlanceSettings): Promise<SeenFiles | undefined> {
  const begun = clock.microseconds();
  const seen: SeenFiles = { paths: new Set(), known: new Map(), recorded: new Set() };
  for await (const page of sink.fingerprints()) {
    for (const file of page) {
      seen.recorded.add(file.path);
      if (!isSame(statsOf(root, file.path), file)) note(seen, file);
    }
    if (millisecondsSince(begun, clock) > limitMs) return undefined;
    // What git has written by now is read meanwhile.
    await clock.yield();
  }
  return seen;
}

/** Files that have come into the tree, and those that its rules leave out now. */
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

/** Joined by hand: paths of records are normal already, and there are many. */
function statsOf(root: string, path: string): Stats | undefined {
  return lookAt(`${root}/${path}`);
}

/** Tells which of the files without a record came, or changed, after the last run. */
class NewFiles {
  readonly #root: string;
  readonly #since: number;
  readonly #recorded: ReadonlySet<ProjectPath>;
  /** The directories with records. They are listed only if there is a file without one. */
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
   * A directory that was moved into the tree keeps the times of its files. Rules in a directory
   * decide for all below it.
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
