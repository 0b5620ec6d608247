import type { Fingerprint } from "../record/fingerprint.ts";
import type { Clock } from "../base/clock.ts";
import { MetacacheError } from "../base/errors.ts";
import type { Finding } from "../base/finding.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";
import type { DatabaseSource } from "./location/database-source.ts";
import {
  type ChangeBatch,
  type CopyReceipt,
  continuesFrom,
  type DatabaseDescription,
  type KnownRevisions,
  type MetadataDatabase,
  type ProjectStore,
  type RowBatch,
  type ScannedParts,
  type StorePosition,
  type StoreScan,
  type WriteReceipt,
} from "./metadata-database.ts";
import { closedText, OPEN_AGAIN } from "./shared/fault-texts.ts";
import { assertProjectName } from "./project-name.ts";
import { SerialQueue } from "./shared/serial-queue.ts";
import type { ExtractionStore, FileToCopy } from "./extraction-store.ts";
import type { SourceStore } from "./source-store.ts";
import type { CheckpointStore } from "./checkpoint-store.ts";
import type { TombstoneStore } from "./tombstone-store.ts";

/**
 * A database that does not exist yet. It reads as empty, and the first write creates it (law 8). As
 * soon as the database exists, every call uses it, also if another program created it.
 */
export class UncreatedDatabase implements MetadataDatabase {
  readonly location: string;
  readonly clock: Clock;
  readonly #source: DatabaseSource;
  #created: Promise<MetadataDatabase> | undefined;
  #closing: Promise<void> | undefined;

  constructor(source: DatabaseSource, clock: Clock) {
    this.location = source.location;
    this.clock = clock;
    this.#source = source;
  }

  get noticedWithinMs(): number {
    return this.#source.noticedWithinMs;
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  async openProject(name: string): Promise<ProjectStore> {
    assertProjectName(name);
    this.assertOpen();
    return new UncreatedProjectStore(name, this);
  }

  async removeProject(name: string): Promise<number | undefined> {
    return (await this.existing())?.removeProject(name);
  }

  async projectNames(): Promise<readonly string[]> {
    return (await (await this.existing())?.projectNames()) ?? [];
  }

  async describe(): Promise<DatabaseDescription> {
    const empty = { engine: "none yet", schemaVersion: 0, bytes: 0, connections: undefined, projects: [] };
    return (await (await this.existing())?.describe()) ?? empty;
  }

  async examine(): Promise<readonly Finding[]> {
    return (await (await this.existing())?.examine()) ?? [];
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Returns the database if it exists by now. */
  async existing(): Promise<MetadataDatabase | undefined> {
    this.assertOpen();
    if (this.#created !== undefined) return this.#created;
    const opened = await this.#source.open();
    return opened === undefined ? undefined : this.#adopt(Promise.resolve(opened));
  }

  /** Returns the database. Creates it if it does not exist. */
  async created(): Promise<MetadataDatabase> {
    this.assertOpen();
    return this.#created ?? this.#adopt(this.#source.create());
  }

  assertOpen(): void {
    if (this.isClosed) throw new MetacacheError("E_CLOSED", closedText(this.location), { remedy: OPEN_AGAIN });
  }

  /** Simultaneous calls open the database once. If that fails, the next call tries again. */
  async #adopt(opening: Promise<MetadataDatabase>): Promise<MetadataDatabase> {
    if (this.#created !== undefined) {
      const extra = await opening;
      await extra.close();
      return this.#created;
    }
    this.#created = opening;
    try {
      return await opening;
    } catch (error) {
      this.#created = undefined;
      throw error;
    }
  }

  async #close(): Promise<void> {
    const created = await this.#created?.catch(() => undefined);
    await created?.close();
    await this.#source.close();
  }
}

const EMPTY: StorePosition = { epoch: "uncreated", revision: 0, token: 0, horizon: 0 };

class UncreatedProjectStore implements ProjectStore {
  readonly project: string;
  readonly source: SourceStore;
  readonly tombstones: TombstoneStore;
  readonly checkpoints: CheckpointStore;
  readonly extractions: ExtractionStore;
  readonly #database: UncreatedDatabase;
  /**
   * The call that creates the database takes longer than the calls after it. The queue keeps these
   * calls from overtaking it.
   */
  readonly #first: SerialQueue;
  /**
   * How many calls have not reached the store yet. The store itself keeps the order of the others.
   */
  #waiting = 0;
  #store: Promise<ProjectStore> | undefined;
  #opened: ProjectStore | undefined;
  /** Called with the store as soon as the database exists. */
  readonly #whenOpened = new Set<(store: ProjectStore) => void>();

  constructor(project: string, database: UncreatedDatabase) {
    this.project = project;
    this.#database = database;
    this.#first = new SerialQueue(database.clock);
    this.source = {
      beginRun: async (run) => (await this.#creating()).source.beginRun(run),
      endRun: async (run, skipped) => (await this.#creating()).source.endRun(run, skipped),
      noteStates: async (states) => (await this.#creating()).source.noteStates(states),
      runs: async () => (await this.#existing())?.source.runs(),
      skippedFiles: async () => (await (await this.#existing())?.source.skippedFiles()) ?? [],
      skippedFile: async (path) => (await this.#existing())?.source.skippedFile(path),
    };
    this.tombstones = {
      noteTime: async (now) => (await this.#existing())?.tombstones.noteTime(now),
      times: async () => (await (await this.#existing())?.tombstones.times()) ?? [],
      count: async (upTo) => (await (await this.#existing())?.tombstones.count(upTo)) ?? 0,
    };
    this.checkpoints = {
      header: async () => (await this.#existing())?.checkpoints.header(),
      read: async (format) => (await this.#existing())?.checkpoints.read(format),
      assertWritable: async () => (await this.#existing())?.checkpoints.assertWritable(),
      // A database that does not exist has no project.
      write: async (checkpoint) => (await (await this.#existing())?.checkpoints.write(checkpoint)) ?? false,
      remove: async () => (await this.#existing())?.checkpoints.remove(),
    };
    this.extractions = {
      hasOthers: async () => (await (await this.#existing())?.extractions.hasOthers()) ?? false,
      keep: async (paths) => (await this.#existing())?.extractions.keep(paths),
      readSibling: async (format) => (await this.#existing())?.extractions.readSibling?.(format),
    };
  }

  async position(): Promise<StorePosition> {
    return (await (await this.#existing())?.position()) ?? EMPTY;
  }

  async readRows(paths: readonly ProjectPath[], known?: KnownRevisions): Promise<RowBatch> {
    const store = await this.#existing();
    return store === undefined ? { ...nothing(known?.position), rows: [] } : store.readRows(paths, known);
  }

  async readChanges(since: StorePosition, limit: number): Promise<ChangeBatch> {
    const store = await this.#existing();
    if (store !== undefined) return store.readChanges(since, limit);
    const there = nothing(since);
    return { ...there, changes: there.continues ? [] : undefined };
  }

  async scan(pageSize: number, since?: StorePosition, parts?: ScannedParts): Promise<StoreScan> {
    const store = await this.#existing();
    return store === undefined ? emptyScan(since) : store.scan(pageSize, since, parts);
  }

  async *readFingerprints(pageSize: number): AsyncGenerator<readonly Fingerprint[]> {
    const store = await this.#existing();
    if (store !== undefined) yield* store.readFingerprints(pageSize);
  }

  write(put: readonly FileMetadata[], remove: readonly ProjectPath[]): Promise<WriteReceipt> {
    return this.#inOrder(
      () => this.#creating(),
      (store) => store.write(put, remove),
    );
  }

  copy(files: readonly FileToCopy[]): Promise<CopyReceipt> {
    return this.#inOrder(
      () => this.#creating(),
      (store) => store.copy(files),
    );
  }

  compact(revision: number): Promise<number> {
    return this.#inOrder(
      () => this.#existing(),
      async (store) => (await store?.compact(revision)) ?? 0,
    );
  }

  /**
   * Passes on the hints of the database as soon as it exists: at once if a call of this store
   * creates or finds it, otherwise by looking from time to time.
   */
  watch(onHint: () => void): () => void {
    if (this.#opened !== undefined) return this.#opened.watch(onHint);
    const { clock, noticedWithinMs } = this.#database;
    let stop: (() => void) | undefined;
    const attach = (store: ProjectStore): void => {
      stop?.();
      stop = store.watch(onHint);
      onHint();
    };
    const look = async (): Promise<void> => {
      await this.#existing().catch(() => undefined);
      if (this.#whenOpened.has(attach) && !this.#database.isClosed) lookLater();
    };
    const lookLater = (): void => {
      stop = clock.schedule(noticedWithinMs, () => void look());
    };
    this.#whenOpened.add(attach);
    lookLater();
    return () => {
      this.#whenOpened.delete(attach);
      stop?.();
    };
  }

  /** Passes calls to the store in the order in which they were made. */
  async #inOrder<S extends ProjectStore | undefined, T>(find: () => Promise<S>, call: (store: S | ProjectStore) => Promise<T>): Promise<T> {
    if (this.#opened !== undefined && this.#waiting === 0) return call(this.#opened);
    this.#waiting++;
    let store: S;
    try {
      store = await this.#first.run(find);
    } finally {
      this.#waiting--;
    }
    return call(store);
  }

  async #creating(): Promise<ProjectStore> {
    return this.#in(await this.#database.created());
  }

  async #existing(): Promise<ProjectStore | undefined> {
    const database = await this.#database.existing();
    return database === undefined ? undefined : this.#in(database);
  }

  /** If opening the project fails, the next call tries again. */
  async #in(database: MetadataDatabase): Promise<ProjectStore> {
    const opening = (this.#store ??= database.openProject(this.project));
    try {
      this.#opened = await opening;
    } catch (error) {
      if (this.#store === opening) this.#store = undefined;
      throw error;
    }
    const waiting = [...this.#whenOpened];
    this.#whenOpened.clear();
    for (const attach of waiting) attach(this.#opened);
    return this.#opened;
  }
}

/** Returns the empty database's answer to a reader at `since`. */
function nothing(since: StorePosition | undefined): Pick<ChangeBatch, "position" | "continues"> {
  return { position: EMPTY, continues: continuesFrom(since, EMPTY, undefined) };
}

function emptyScan(since: StorePosition | undefined): StoreScan {
  return { ...nothing(since), total: 0, pages: (async function* () {})(), close: () => Promise.resolve() };
}
