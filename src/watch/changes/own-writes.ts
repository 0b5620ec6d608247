import type { NotedChange } from "../../calls/tree-freshness.ts";
import type { RecordSink } from "../../extraction/run/record-sink.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { WatchedCache } from "./watched-cache.ts";

/** Notes what this watcher is writing, to tell the changes of other programs from its own. */
export class OwnWrites {
  readonly #cache: WatchedCache;
  /** The digest that each path will have. `undefined` for a path that is being removed. */
  readonly #writing = new Map<ProjectPath, string | undefined>();

  constructor(cache: WatchedCache) {
    this.#cache = cache;
  }

  /** Returns the paths that other programs changed. */
  foreign(changes: readonly NotedChange[]): readonly ProjectPath[] {
    return changes.filter(({ path, digest }) => !this.#writing.has(path) || this.#writing.get(path) !== digest).map(({ path }) => path);
  }

  /** The cache as the sink of an indexing run. It notes the writes of the run. */
  get sink(): RecordSink {
    const { source } = this.#cache;
    return {
      fingerprints: () => this.#cache.fingerprints(),
      update: (records) => this.update(records),
      remove: (paths) => this.remove(paths),
      ...(source !== undefined && {
        source: {
          begin: (run) => source.begin(run),
          end: (run, skipped) => source.end(run, skipped),
          noteStates: (states) => source.noteStates(states),
          hasOthers: () => source.hasOthers(),
          copy: (files) =>
            this.#noting(
              files.map(({ path, digest }) => [path, digest]),
              () => source.copy(files),
            ),
          unreadable: (paths) => source.unreadable(paths),
          keep: (paths) => source.keep(paths),
          touch: (files) =>
            this.#noting(
              files.map(({ path, digest }) => [path, digest]),
              () => source.touch(files),
            ),
        },
      }),
    };
  }

  update(records: readonly FileMetadata[]): Promise<unknown> {
    return this.#noting(
      records.map(({ path, digest }) => [path, digest]),
      () => this.#cache.update(records),
    );
  }

  remove(paths: readonly ProjectPath[]): Promise<unknown> {
    return this.#noting(
      paths.map((path) => [path, undefined]),
      () => this.#cache.remove(paths),
    );
  }

  async #noting<T>(written: readonly (readonly [ProjectPath, string | undefined])[], write: () => Promise<T>): Promise<T> {
    for (const [path, digest] of written) this.#writing.set(path, digest);
    try {
      return await write();
    } finally {
      for (const [path] of written) this.#writing.delete(path);
    }
  }
}
