import type { NotedState } from "../../record/fingerprint.ts";
import type { ProjectStore } from "../../database/metadata-database.ts";
import type { BegunRun, CompleteRun, SkippedFile, SourceRuns } from "../../database/source-store.ts";
import type { CopiedFile, FileToCopy } from "../../database/extraction-store.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import type { CacheLifetime } from "../cache-lifetime.ts";
import { parseProjectPath, type ProjectPath } from "../../record/project-path.ts";

/** A file with the bytes of its record but another modification time. */
export interface TouchedFile {
  /** The file. */
  readonly path: ProjectPath;
  /** The digest of the file's bytes, which is the one of its record. */
  readonly digest: string;
  /** The file's new time, in milliseconds since the Unix epoch. */
  readonly modifiedAt: number;
}

/** Writes changed records. */
export interface RecordTarget {
  update(records: readonly FileMetadata[]): Promise<unknown>;
  /** Lets the database copy records (`ProjectStore.copy`). */
  copy(files: readonly FileToCopy[]): Promise<readonly CopiedFile[]>;
  /** Returns the rows that are unreadable, after all writes so far. */
  unreadable(): Promise<Pick<ReadonlySet<ProjectPath>, "has">>;
}

/**
 * What is known about the project's source tree besides its records: when it was read, which files
 * have no record, and why.
 */
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
   * Returns when the tree was last read. If `complete` is missing or older than `latest`, a run was
   * interrupted or is still going on. Then records may be missing, and files that are gone may
   * still have one. Returns `undefined` if no run ever began: then the records are not from
   * `indexSourceTree`. Throws `E_DATABASE_UNAVAILABLE`.
   */
  async runs(): Promise<SourceRuns | undefined> {
    this.#lifetime.assertOpen();
    return this.#store.source.runs();
  }

  /**
   * Returns why the file has no record, if the last complete run skipped it. Throws `E_PATH`;
   * `E_DATABASE_UNAVAILABLE`.
   */
  async skipped(path: string): Promise<SkippedFile | undefined> {
    this.#lifetime.assertOpen();
    return this.#store.source.skippedFile(parseProjectPath(path));
  }

  /**
   * Returns the files that the last complete run skipped, by path, and at most 10,000 of them.
   * Throws `E_DATABASE_UNAVAILABLE`.
   */
  async allSkipped(): Promise<readonly SkippedFile[]> {
    this.#lifetime.assertOpen();
    return this.#store.source.skippedFiles();
  }

  /** For a run: notes that it begins. */
  async begin(run: BegunRun): Promise<void> {
    this.#lifetime.assertOpen();
    await this.#store.source.beginRun(run);
  }

  /** For a run: notes that it has ended, if it read the whole tree. */
  async end(run: CompleteRun, skipped: readonly SkippedFile[]): Promise<void> {
    this.#lifetime.assertOpen();
    await this.#store.source.endRun(run, skipped);
  }

  /** For a run: notes the times and sizes of files that have the right record. */
  async noteStates(states: readonly NotedState[]): Promise<void> {
    this.#lifetime.assertOpen();
    if (states.length > 0) await this.#store.source.noteStates(states);
  }

  /** For a run: returns if `copy` may find anything. */
  async hasOthers(): Promise<boolean> {
    this.#lifetime.assertOpen();
    return this.#store.extractions.hasOthers();
  }

  /**
   * For a run: stores the records of the same contents that any project of the database has, or had
   * lately. The database copies them. Throws `E_DATABASE_UNAVAILABLE`.
   */
  async copy(files: readonly FileToCopy[]): Promise<readonly CopiedFile[]> {
    this.#lifetime.assertOpen();
    return files.length === 0 ? [] : this.#records.copy(files);
  }

  /** For a run: returns those of these files whose record cannot be read. */
  async unreadable(paths: readonly ProjectPath[]): Promise<readonly ProjectPath[]> {
    this.#lifetime.assertOpen();
    const unreadable = await this.#records.unreadable();
    return paths.filter((path) => unreadable.has(path));
  }

  /**
   * For a run: keeps the extracted content of these files before their records are replaced or
   * removed.
   */
  async keep(paths: readonly ProjectPath[]): Promise<void> {
    this.#lifetime.assertOpen();
    await this.#store.extractions.keep(paths);
  }

  /**
   * For a run: gives the records of unchanged files their new times. Leaves a record alone if its
   * content has changed meanwhile.
   */
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
