import type { ProjectStore } from "../database/metadata-database.ts";
import type { BegunRun, CompleteRun, FileState, SkippedFile, SourceRuns } from "../database/source-store.ts";
import type { CopiedFile, FileToCopy } from "../database/extraction-store.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import type { CacheLifetime } from "./cache-lifetime.ts";
import { parseProjectPath, type ProjectPath } from "../record/project-path.ts";

/** A file whose bytes are the ones of its record, but not its time. */
export interface TouchedFile {
  readonly path: ProjectPath;
  readonly digest: string;
  readonly modifiedAt: number;
}

/** Where records are written. */
export interface RecordTarget {
  update(records: readonly FileMetadata[]): Promise<unknown>;
  /** Lets the database copy records: see `ProjectStore.copy`. */
  copy(files: readonly FileToCopy[]): Promise<readonly CopiedFile[]>;
  /** The rows of which no record can be made, as of all that was written. */
  unreadable(): Promise<Pick<ReadonlySet<ProjectPath>, "has">>;
}

/** What is known of the project's source tree besides its records: when it was read, and what has no record there, and why. */
export class SourceLog {
  readonly #store: ProjectStore;
  readonly #records: RecordTarget;
  readonly #lifetime: CacheLifetime;

  /** @internal */
  constructor(store: ProjectStore, records: RecordTarget, lifetime: CacheLifetime) {
    this.#store = store;
    this.#records = records;
    this.#lifetime = lifetime;
  }

  /**
   * When the tree was read last. Without `complete`, or with one that is older than `latest`, a run was interrupted or is not over yet:
   * then records may be missing, and files that are gone may have one. `undefined` if no run was ever begun: the records are not from
   * `indexSourceTree`. Throws `E_DATABASE_UNAVAILABLE`.
   */
  async runs(): Promise<SourceRuns | undefined> {
    this.#lifetime.assertOpen();
    return this.#store.source.runs();
  }

  /** Why the file has no record, as far as the last complete run skipped it. Throws `E_PATH`; `E_DATABASE_UNAVAILABLE`. */
  async skipped(path: string): Promise<SkippedFile | undefined> {
    this.#lifetime.assertOpen();
    return this.#store.source.skippedFile(parseProjectPath(path));
  }

  /** All files that the last complete run skipped, by path; of very many, 10,000. Throws `E_DATABASE_UNAVAILABLE`. */
  async allSkipped(): Promise<readonly SkippedFile[]> {
    this.#lifetime.assertOpen();
    return this.#store.source.skippedFiles();
  }

  /** For an indexing run: its beginning. */
  async begin(run: BegunRun): Promise<void> {
    this.#lifetime.assertOpen();
    await this.#store.source.beginRun(run);
  }

  /** For an indexing run: its end, if it read the whole tree. */
  async end(run: CompleteRun, skipped: readonly SkippedFile[]): Promise<void> {
    this.#lifetime.assertOpen();
    await this.#store.source.endRun(run, skipped);
  }

  /** For an indexing run: what files looked like that have the right record. */
  async noteStates(states: readonly FileState[]): Promise<void> {
    this.#lifetime.assertOpen();
    if (states.length > 0) await this.#store.source.noteStates(states);
  }

  /** For an indexing run: whether `copy` may find anything. */
  async hasOthers(): Promise<boolean> {
    this.#lifetime.assertOpen();
    return this.#store.extractions.hasOthers();
  }

  /**
   * For an indexing run: stores the records that any project of the database has, or had lately, of the same contents. The database copies them.
   * Throws `E_DATABASE_UNAVAILABLE`.
   */
  async copy(files: readonly FileToCopy[]): Promise<readonly CopiedFile[]> {
    this.#lifetime.assertOpen();
    return files.length === 0 ? [] : this.#records.copy(files);
  }

  /** For an indexing run: of these files those whose record cannot be read. */
  async unreadable(paths: readonly ProjectPath[]): Promise<readonly ProjectPath[]> {
    this.#lifetime.assertOpen();
    const unreadable = await this.#records.unreadable();
    return paths.filter((path) => unreadable.has(path));
  }

  /** For an indexing run: keeps what the records of these files say, which are about to be replaced or removed. */
  async keep(paths: readonly ProjectPath[]): Promise<void> {
    this.#lifetime.assertOpen();
    await this.#store.extractions.keep(paths);
  }

  /** For an indexing run: gives records of the same bytes another time. A record that has become another one is left alone. */
  async touch(files: readonly TouchedFile[]): Promise<void> {
    this.#lifetime.assertOpen();
    const times = new Map(files.map((file) => [file.path, file]));
    const { rows } = await this.#store.readRows([...times.keys()]);
    const touched = rows.flatMap(({ path, record }) => {
      const file = times.get(path);
      return record !== undefined && file?.digest === record.digest ? [{ ...record, modifiedAt: file.modifiedAt }] : [];
    });
    if (touched.length > 0) await this.#records.update(touched);
  }
}
