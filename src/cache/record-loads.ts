import type { KnownRevisions, ProjectStore, StoredRow } from "../database/metadata-database.ts";
import type { ProjectPath } from "../model/project-path.ts";
import type { Admission } from "../storage/cache-storage.ts";
import type { CacheActivity } from "./cache-activity.ts";
import type { KnownRow } from "./followed-rows.ts";

type LoadedRows = ReadonlyMap<ProjectPath, KnownRow>;

/** One path that is being read, and what its readers want it for. */
interface LoadInFlight {
  readonly rows: Promise<LoadedRows>;
  readonly lineage: number;
  admission: Admission;
}

/** Who takes what was loaded: declared here by its user, implemented by the cache's state. */
export interface LoadRecipient extends KnownRevisions {
  /** What was read in another lineage is of no use (`CacheState.lineage`). */
  readonly lineage: number;
  /** The store turned out to be at an earlier revision than the recipient was when it asked. */
  distrust(): void;
  admit(row: StoredRow, epoch: string, admission: Admission): void;
}

/**
 * Reads absent records from the store: one read for all who wait for the same record at the same time (law 10).
 *
 * A load is registered before its first `await`. It is handed to the recipient only if it still owns its path when it
 * ends: `disown` (after a write, an invalidation, a clear) makes the next reader begin a new one, while those who
 * wait for the old one still get it, and see by its revision whether it will do for them.
 */
export class RecordLoads {
  readonly #store: ProjectStore;
  readonly #activity: CacheActivity;
  readonly #recipient: LoadRecipient;
  readonly #inFlight = new Map<ProjectPath, LoadInFlight>();

  constructor(store: ProjectStore, activity: CacheActivity, recipient: LoadRecipient) {
    this.#store = store;
    this.#activity = activity;
    this.#recipient = recipient;
  }

  /** Every path of `paths`, each from the load in flight where there is one, the others in one read together. */
  async load(paths: readonly ProjectPath[], admission: Admission): Promise<LoadedRows> {
    const absent = paths.filter((path) => this.#inFlight.get(path)?.lineage !== this.#recipient.lineage);
    if (absent.length > 0) this.#begin(absent);
    const batches = new Set<Promise<LoadedRows>>();
    for (const path of paths) {
      const load = this.#inFlight.get(path);
      if (load === undefined) continue;
      if (admission === "used") load.admission = admission;
      batches.add(load.rows);
    }
    const wanted = new Set(paths);
    const loaded = new Map<ProjectPath, KnownRow>();
    for (const rows of await Promise.all(batches)) {
      for (const [path, row] of rows) if (wanted.has(path)) loaded.set(path, row);
    }
    return loaded;
  }

  disown(paths: Iterable<ProjectPath>): void {
    for (const path of paths) this.#inFlight.delete(path);
  }

  disownAll(): void {
    this.#inFlight.clear();
  }

  #begin(paths: readonly ProjectPath[]): void {
    const own = new Map<ProjectPath, LoadInFlight>();
    const { lineage } = this.#recipient;
    const rows = this.#read(paths, own);
    for (const path of paths) {
      const load: LoadInFlight = { rows, lineage, admission: "if-room" };
      own.set(path, load);
      this.#inFlight.set(path, load);
    }
  }

  async #read(paths: readonly ProjectPath[], own: ReadonlyMap<ProjectPath, LoadInFlight>): Promise<LoadedRows> {
    const { lineage, position: since } = this.#recipient;
    try {
      const { position, rows } = await this.#activity.load(paths, () => this.#store.readRows(paths, this.#recipient));
      const { epoch, revision: asOf } = position;
      const isSetBack = since !== undefined && since.epoch === epoch && asOf < since.revision;
      if (isSetBack && lineage === this.#recipient.lineage) this.#recipient.distrust();
      const loaded = new Map<ProjectPath, KnownRow>(paths.map((path) => [path, { epoch, asOf, row: undefined }]));
      for (const row of rows) {
        loaded.set(row.path, { epoch, asOf, row });
        const load = own.get(row.path);
        const isOwner = load !== undefined && this.#inFlight.get(row.path) === load;
        if (isOwner && load.lineage === this.#recipient.lineage) this.#recipient.admit(row, epoch, load.admission);
      }
      return loaded;
    } finally {
      for (const [path, load] of own) if (this.#inFlight.get(path) === load) this.#inFlight.delete(path);
    }
  }
}
