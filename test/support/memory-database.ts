import type { Fingerprint } from "../../src/record/fingerprint.ts";
import { compareValues } from "../../src/base/text/text-order.ts";
import { MetacacheError } from "../../src/base/errors.ts";
import type { Finding } from "../../src/base/finding.ts";
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
  type StoredChange,
  type StoredRow,
  type StorePosition,
  type StoreScan,
  type WriteReceipt,
} from "../../src/database/metadata-database.ts";
import type { CheckpointHeader, CheckpointStore, NewCheckpoint } from "../../src/database/checkpoint-store.ts";
import type { ProjectState } from "../../src/database/shared/project-state.ts";
import { isWanted, nextHorizon, type CheckedHeader } from "../../src/database/shared/sealed-checkpoint.ts";
import {
  type CopiedFile,
  type ExtractionStore,
  type FileToCopy,
  KEPT_BYTES,
  MAX_KEPT_RECORD_BYTES,
} from "../../src/database/extraction-store.ts";
import type { SourceStore } from "../../src/database/source-store.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { memorySourceStore } from "./memory-source-store.ts";
import { type RevisionTime, noteAmong, type TombstoneStore } from "../../src/database/tombstone-store.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";

/**
 * The plainest store that keeps the port's promises: the contract suite runs over it too, so that
 * tests of the cache can use it as their reference. Every call waits for `gate`, by which a test
 * decides the order of what runs at once.
 */
export class MemoryDatabase implements MetadataDatabase {
  readonly location = "memory";
  readonly #projects = new Map<string, MemoryStore>();
  /** What was kept of records that may be gone, oldest first. */
  readonly kept: Map<string, FileMetadata> = new Map();
  #closed = false;
  gate: (operation: string) => Promise<void> = () => Promise.resolve();

  get stores(): Iterable<MemoryStore> {
    return this.#projects.values();
  }

  async openProject(name: string): Promise<MemoryStore> {
    this.assertOpen();
    let store = this.#projects.get(name);
    if (store === undefined) {
      store = new MemoryStore(name, this);
      this.#projects.set(name, store);
    }
    return store;
  }

  async removeProject(name: string): Promise<number | undefined> {
    this.assertOpen();
    const store = this.#projects.get(name);
    if (store === undefined || !store.isKnown) return undefined;
    this.#projects.delete(name);
    return (await store.scan(1)).total;
  }

  async projectNames(): Promise<readonly string[]> {
    this.assertOpen();
    return [...this.#projects.values()].flatMap(({ isKnown, project }) => (isKnown ? [project] : [])).sort();
  }

  async describe(): Promise<DatabaseDescription> {
    this.assertOpen();
    return { engine: "memory", schemaVersion: 1, bytes: 0, connections: undefined, projects: [] };
  }

  async examine(): Promise<readonly Finding[]> {
    this.assertOpen();
    return [];
  }

  async close(): Promise<void> {
    this.#closed = true;
    // Whatever waits for nothing but promises has been told by then.
    await new Promise((resolve) => setImmediate(resolve));
  }

  assertOpen(): void {
    if (this.#closed) throw new MetacacheError("E_CLOSED", "the database is closed");
  }
}

function headerOf(checkpoint: NewCheckpoint | undefined): CheckpointHeader | undefined {
  if (checkpoint === undefined) return undefined;
  const { format, position, bytes } = checkpoint;
  return { format, position, byteLength: bytes.byteLength };
}

function isCut({ problems }: FileMetadata): boolean {
  return problems.some((problem) => problem.startsWith("time-budget"));
}

function contentOf({ digest, language, extractorVersion }: Omit<FileToCopy, "path" | "size" | "modifiedAt">): string {
  return JSON.stringify([digest, language, extractorVersion]);
}

/** Another one for every change of every history. */
let nextToken = 1;

interface Entry {
  readonly revision: number;
  readonly record?: FileMetadata;
  readonly unreadable?: string;
}

export class MemoryStore implements ProjectStore {
  readonly project: string;
  readonly source: SourceStore;
  readonly tombstones: TombstoneStore;
  readonly checkpoints: CheckpointStore;
  readonly extractions: ExtractionStore;
  readonly #states = new Map<string, string>();
  readonly #database: MemoryDatabase;
  /** The newest change of each path: a row, or a tombstone without one. */
  #entries = new Map<ProjectPath, Entry>();
  #revision = 0;
  /** By revision. */
  #tokens: number[] = [];
  #horizon = 0;
  #checkpoint: NewCheckpoint | undefined;
  readonly #watchers = new Set<() => void>();
  epoch = "memory";
  /** Whether anything was ever written: until then, the database does not know the project. */
  isKnown = false;
  reads = 0;
  /** How many scans were begun and not closed. */
  openScans = 0;
  /** Called right after each transaction of any writer. */
  onCommit: () => void = () => undefined;

  constructor(project: string, database: MemoryDatabase) {
    this.project = project;
    this.#database = database;
    const has = (path: string): boolean => this.#row(path as ProjectPath) !== undefined;
    this.source = memorySourceStore(this.#states, has, () => this.#enter("source"));
    this.tombstones = this.#tombstoneStore();
    this.checkpoints = this.#checkpointStore();
    this.extractions = this.#extractionStore();
  }

  async position(): Promise<StorePosition> {
    await this.#enter("position");
    const position = this.#position();
    await this.#enter("position done");
    return position;
  }

  async readRows(paths: readonly ProjectPath[], known?: KnownRevisions): Promise<RowBatch> {
    const since = known?.position;
    this.reads++;
    await this.#enter("readRows");
    const rows = [...new Set(paths)].flatMap((path) => this.#row(path) ?? []);
    const batch = { position: this.#position(), continues: this.#continues(since), rows };
    await this.#enter("readRows done");
    return batch;
  }

  async readChanges(since: StorePosition, limit: number): Promise<ChangeBatch> {
    await this.#enter("readChanges");
    const batch = { position: this.#position(), continues: this.#continues(since), changes: this.#changesAfter(since, limit) };
    await this.#enter("readChanges done");
    return batch;
  }

  async scan(pageSize: number, since?: StorePosition, parts: ScannedParts = "all"): Promise<StoreScan> {
    await this.#enter("scan");
    const whole = [...this.#entries.keys()].sort(compareValues).flatMap((path) => this.#row(path) ?? []);
    const rows = parts === "all" ? whole : whole.map(withoutSymbols);
    const enter = (): Promise<void> => this.#enter("scan page");
    let isOpen = true;
    this.openScans++;
    return {
      position: this.#position(),
      continues: this.#continues(since),
      total: rows.length,
      pages: (async function* () {
        for (let start = 0; start < rows.length; start += pageSize) {
          await enter();
          yield rows.slice(start, start + pageSize);
        }
      })(),
      close: async () => {
        if (isOpen) this.openScans--;
        isOpen = false;
      },
    };
  }

  /** In the order of paths, each page as of when it is asked for. */
  async *readFingerprints(pageSize: number): AsyncGenerator<readonly Fingerprint[]> {
    for (let after = ""; ;) {
      await this.#enter("fingerprint page");
      const paths = [...this.#entries.keys()]
        .filter((path) => after === "" || compareValues(path, after as ProjectPath) > 0)
        .sort(compareValues);
      const rows = paths.flatMap((path) => this.#row(path) ?? []).slice(0, pageSize);
      if (rows.length > 0) yield rows.flatMap(({ record }) => (record === undefined ? [] : this.#fingerprint(record)));
      if (rows.length < pageSize) return;
      after = rows.at(-1)?.path ?? after;
    }
  }

  async write(put: readonly FileMetadata[], remove: readonly ProjectPath[]): Promise<WriteReceipt> {
    await this.#enter("write");
    const removed = new Set(remove);
    const both = put.find((record) => removed.has(record.path));
    if (both !== undefined) throw new MetacacheError("E_RECORD", `${JSON.stringify(both.path)} is both stored and removed in one write`);
    this.isKnown = true;
    const before = this.#position();
    const changes: StoredChange[] = [];
    for (const record of new Map(put.map((each) => [each.path, each])).values()) {
      if (JSON.stringify(this.#entries.get(record.path)?.record) === JSON.stringify(record)) continue;
      changes.push({ path: record.path, revision: this.#set(record.path, { record }), record });
    }
    for (const path of removed) {
      if (this.#row(path) !== undefined) changes.push({ path, revision: this.#set(path, {}), deleted: true });
    }
    if (changes.length > 0) this.onCommit();
    const receipt = { before, position: this.#position(), changes };
    // It is committed: that the database is closed meanwhile does not undo it.
    await this.#database.gate("write done");
    return receipt;
  }

  async copy(files: readonly FileToCopy[]): Promise<CopyReceipt> {
    await this.#enter("copy");
    const { stores, kept } = this.#database;
    const rows = [...stores].flatMap((store) => [...store.#entries.keys()].flatMap((path) => store.#row(path)?.record ?? []));
    const known = new Map([...rows, ...kept.values()].filter((record) => !isCut(record)).map((record) => [contentOf(record), record]));
    this.isKnown = true;
    const before = this.#position();
    const copied: CopiedFile[] = [];
    for (const file of new Map(files.map((each) => [each.path, each])).values()) {
      const { path, size, modifiedAt } = file;
      const source = known.get(contentOf(file));
      if (source === undefined) continue;
      const record = { ...source, path, size, modifiedAt };
      const isChanged = JSON.stringify(this.#entries.get(path)?.record) !== JSON.stringify(record);
      if (isChanged) this.#set(path, { record });
      copied.push({ path, problems: record.problems, isChanged });
    }
    if (copied.some(({ isChanged }) => isChanged)) this.onCommit();
    return { before, position: this.#position(), copied };
  }

  /** A writer that wants to be noticed calls `hint`. */
  watch(onHint: () => void): () => void {
    this.#watchers.add(onHint);
    return () => this.#watchers.delete(onHint);
  }

  hint(): void {
    for (const onHint of this.#watchers) onHint();
  }

  async compact(revision: number): Promise<number> {
    this.#horizon = nextHorizon(revision, this.#state(), this.#placeCheckpoint());
    const gone = this.#tombstonesUpTo(this.#horizon);
    for (const path of gone) this.#entries.delete(path);
    return gone.length;
  }

  /** What another process does: a change that no receipt tells of. */
  writeBehindTheCache(path: ProjectPath, record: FileMetadata | undefined, unreadable?: string): void {
    if (record === undefined && unreadable === undefined && this.#row(path) === undefined) return;
    this.#set(path, { ...(record !== undefined && { record }), ...(unreadable !== undefined && { unreadable }) });
    this.onCommit();
  }

  /** Makes a backup; the function that it returns puts it back in place. */
  snapshot(): () => void {
    const entries = new Map(this.#entries);
    const tokens = [...this.#tokens];
    const [epoch, revision, horizon] = [this.epoch, this.#revision, this.#horizon];
    const checkpoint = this.#checkpoint;
    return () => {
      this.#entries = new Map(entries);
      this.#tokens = [...tokens];
      this.epoch = epoch;
      this.#revision = revision;
      this.#horizon = horizon;
      this.#checkpoint = checkpoint;
      this.onCommit();
    };
  }

  /** Another database comes to stand in this one's place. */
  replace(epoch: string, revision: number, records: readonly FileMetadata[]): void {
    this.epoch = epoch;
    this.#entries.clear();
    this.#revision = revision;
    this.#horizon = revision;
    this.#checkpoint = undefined;
    this.#tokens[revision] = nextToken++;
    for (const record of records) this.#set(record.path, { record });
    this.onCommit();
  }

  /** All readable records, by path. */
  records(): ReadonlyMap<string, FileMetadata> {
    return new Map([...this.#entries].flatMap(([path, { record }]) => (record === undefined ? [] : [[path, record]])));
  }

  /** The paths of all rows that cannot be read. */
  unreadable(): ReadonlySet<string> {
    return new Set([...this.#entries].flatMap(([path, { unreadable }]) => (unreadable === undefined ? [] : [path])));
  }

  get revision(): number {
    return this.#revision;
  }

  #tombstonesUpTo(revision: number): ProjectPath[] {
    return [...this.#entries].flatMap(([path, entry]) => (this.#row(path) === undefined && entry.revision <= revision ? [path] : []));
  }

  #tombstoneStore(): TombstoneStore {
    let times: readonly RevisionTime[] = [];
    return {
      noteTime: async (now) => {
        await this.#enter("note time");
        const { add, forget } = noteAmong(times, this.#position(), now);
        times = [...times, ...(add === undefined ? [] : [add])].filter(({ revision }) => !forget.includes(revision));
      },
      times: async () => {
        await this.#enter("times");
        return times;
      },
      count: async (upTo = this.#revision) => {
        await this.#enter("count tombstones");
        return this.#tombstonesUpTo(upTo).length;
      },
    };
  }

  #extractionStore(): ExtractionStore {
    const database = this.#database;
    const { kept } = database;
    return {
      hasOthers: async () => {
        await this.#enter("others");
        return kept.size > 0 || [...database.stores].some((store) => store !== this && store.#revision > 0);
      },
      keep: async (paths) => {
        await this.#enter("keep");
        const size = (record: FileMetadata): number => JSON.stringify(record).length;
        for (const path of paths) {
          const record = this.#row(path)?.record;
          const isKept = record === undefined || kept.has(contentOf(record)) || isCut(record) || size(record) > MAX_KEPT_RECORD_BYTES;
          if (!isKept) kept.set(contentOf(record), record);
        }
        let bytes = [...kept.values()].reduce((sum, record) => sum + size(record), 0);
        for (const [content, record] of kept) {
          if (bytes <= KEPT_BYTES) break;
          kept.delete(content);
          bytes -= size(record);
        }
      },
    };
  }

  #checkpointStore(): CheckpointStore {
    return {
      header: async () => {
        await this.#enter("checkpoint header");
        return headerOf(this.#checkpoint);
      },
      read: async (format) => {
        await this.#enter("read checkpoint");
        const kept = this.#checkpoint;
        if (kept?.format !== format) return undefined;
        const bytes = new SharedArrayBuffer(kept.bytes.byteLength);
        new Uint8Array(bytes).set(kept.bytes);
        return { position: kept.position, bytes };
      },
      assertWritable: () => this.#enter("try to write"),
      write: async ({ format, position: { epoch, revision, token }, bytes }) => {
        await this.#enter("write checkpoint");
        const offered = { format, position: { epoch, revision, token }, bytes: Uint8Array.from(bytes) };
        const placed = this.#place(offered);
        const isKept = placed !== undefined && isWanted(placed, this.#state(), this.#placeCheckpoint());
        if (isKept) this.#checkpoint = offered;
        // It is committed: that the database is closed meanwhile does not undo it.
        await this.#database.gate("write checkpoint done");
        return isKept;
      },
      remove: async () => {
        await this.#enter("remove checkpoint");
        this.#checkpoint = undefined;
      },
    };
  }

  #placeCheckpoint(): CheckedHeader | undefined {
    return this.#place(this.#checkpoint);
  }

  #place(checkpoint: NewCheckpoint | undefined): CheckedHeader | undefined {
    const header = headerOf(checkpoint);
    return header === undefined ? undefined : { header, continues: this.#continues({ ...header.position, horizon: 0 }) };
  }

  #state(): ProjectState {
    return { id: this.isKnown ? 1 : 0, position: this.#position() };
  }

  #fingerprint({ path, size, modifiedAt, digest, extractorVersion, language, problems }: FileMetadata): Fingerprint {
    const state = this.#states.get(path);
    return { path, size, modifiedAt, digest, extractorVersion, language, problems, ...(state !== undefined && { state }) };
  }

  #position(): StorePosition {
    return { epoch: this.epoch, revision: this.#revision, horizon: this.#horizon, token: this.#tokens[this.#revision] ?? 0 };
  }

  #continues(since: StorePosition | undefined): boolean {
    return continuesFrom(since, this.#position(), since === undefined ? undefined : this.#tokens[since.revision]);
  }

  #changesAfter(since: StorePosition, limit: number): readonly StoredChange[] | undefined {
    if (!this.#continues(since) || since.revision < this.#horizon) return undefined;
    const changes: StoredChange[] = [];
    for (const [path, entry] of this.#entries) {
      if (entry.revision > since.revision) changes.push(this.#row(path) ?? { path, revision: entry.revision, deleted: true });
    }
    return changes.length > limit ? undefined : changes.sort((a, b) => a.revision - b.revision);
  }

  #row(path: ProjectPath): StoredRow | undefined {
    const entry = this.#entries.get(path);
    if (entry?.record !== undefined) return { path, revision: entry.revision, record: entry.record };
    if (entry?.unreadable !== undefined) return { path, revision: entry.revision, unreadable: entry.unreadable };
    return undefined;
  }

  #set(path: ProjectPath, entry: Omit<Entry, "revision">): number {
    this.isKnown = true;
    this.#entries.set(path, { ...entry, revision: ++this.#revision });
    this.#tokens[this.#revision] = nextToken++;
    if (this.#row(path) === undefined) this.#states.delete(path);
    return this.#revision;
  }

  async #enter(operation: string): Promise<void> {
    this.#database.assertOpen();
    await this.#database.gate(operation);
    this.#database.assertOpen();
  }
}

function withoutSymbols(row: StoredRow): StoredRow {
  return row.record === undefined ? row : { ...row, record: { ...row.record, functions: [], classes: [], symbols: [] } };
}
