import { assert } from "../base/assert.ts";
import type { ProjectStore } from "../database/metadata-database.ts";
import type { ProjectPath } from "../record/project-path.ts";
import type { CacheState } from "../state/cache-state.ts";
import type { KnownRow } from "../state/followed-rows.ts";
import type { Admission } from "../storage/cache-storage.ts";
import type { Standpoint } from "../sync/sync-sink.ts";
import type { CacheActivity } from "./statistics/cache-activity.ts";

/** More reads than this would only wait for each other in the store, and take the connections that a sync or a write needs. */
const READS_AT_ONCE = 3;
/** A read of several requests ends at this many paths, so that none of them waits long for the others. */
const PATHS_PER_READ = 500;

type LoadedRows = ReadonlyMap<ProjectPath, KnownRow>;

/** One path that is being read, or waits to be read, and what its readers want it for. */
interface LoadInFlight {
  readonly path: ProjectPath;
  readonly rows: Promise<LoadedRows>;
  /** The state's when the read began; `undefined` until then. */
  asked: Standpoint | undefined;
  admission: Admission;
}

/** The paths that one caller asked for first. They are read together. */
interface LoadRequest {
  readonly loads: readonly LoadInFlight[];
  readonly resolve: (rows: LoadedRows) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads absent records from the store: one read for all who wait for the same record at the same time (law 10), and one
 * read for many records that wait at the same time. A request begins its read at once while fewer than `READS_AT_ONCE`
 * are under way. Later requests wait, and the next read takes as many of them as fit, the oldest first. A read that
 * fails, fails for the requests that it took and for no other.
 *
 * A load is registered before its first `await`. It is handed to the state only if it still owns its path when it
 * ends: `disown` (after a write, an invalidation, a clear) makes the next reader begin a new one, while those who
 * wait for the old one still get it, and see by its revision whether it will do for them.
 */
export class RecordLoads {
  readonly #store: ProjectStore;
  readonly #activity: CacheActivity;
  readonly #state: CacheState;
  readonly #inFlight = new Map<ProjectPath, LoadInFlight>();
  readonly #waiting = new Set<LoadRequest>();
  readonly #reads = new Set<Promise<void>>();

  constructor(store: ProjectStore, activity: CacheActivity, state: CacheState) {
    this.#store = store;
    this.#activity = activity;
    this.#state = state;
  }

  /** Every path of `paths`, each from the load in flight if there is one, the others in one read together. */
  async load(paths: readonly ProjectPath[], admission: Admission): Promise<LoadedRows> {
    const absent = new Set(paths.filter((path) => !this.#canJoin(this.#inFlight.get(path))));
    if (absent.size > 0) this.#request(absent);
    const found = new Map<ProjectPath, Promise<LoadedRows>>();
    for (const path of paths) {
      const load = this.#inFlight.get(path);
      if (load === undefined) continue;
      if (admission === "always") load.admission = admission;
      found.set(path, load.rows);
    }
    if (absent.size > 0) this.#readNext();
    await Promise.all(new Set(found.values()));
    const loaded = new Map<ProjectPath, KnownRow>();
    for (const [path, rows] of found) {
      const row = (await rows).get(path);
      if (row !== undefined) loaded.set(path, row);
    }
    return loaded;
  }

  disown(paths: Iterable<ProjectPath>): void {
    for (const path of paths) this.#inFlight.delete(path);
  }

  disownAll(): void {
    this.#inFlight.clear();
  }

  /** Resolves when no read is under way, and none waits. */
  async idle(): Promise<void> {
    while (this.#reads.size > 0) await Promise.all(this.#reads);
  }

  /** A load whose read has not begun will be of the history that there is by then. */
  #canJoin(load: LoadInFlight | undefined): boolean {
    return load !== undefined && (load.asked === undefined || this.#state.isCurrent(load.asked));
  }

  #request(paths: ReadonlySet<ProjectPath>): void {
    const { promise: rows, resolve, reject } = Promise.withResolvers<LoadedRows>();
    const loads = Array.from(paths, (path): LoadInFlight => ({ path, rows, asked: undefined, admission: "if-room" }));
    for (const load of loads) this.#inFlight.set(load.path, load);
    this.#waiting.add({ loads, resolve, reject });
  }

  #readNext(): void {
    while (this.#waiting.size > 0 && this.#reads.size < READS_AT_ONCE) {
      const read = this.#read(this.#takeRequests()).then(() => {
        this.#reads.delete(read);
        this.#readNext();
      });
      this.#reads.add(read);
      assert(this.#reads.size <= READS_AT_ONCE, "no more reads at once than the store has connections for");
    }
  }

  /** The oldest requests, as many as fit in one read, and one at least: what one caller asked for is not divided. */
  #takeRequests(): readonly LoadRequest[] {
    const taken: LoadRequest[] = [];
    let paths = 0;
    for (const request of this.#waiting) {
      paths += request.loads.length;
      if (taken.length > 0 && paths > PATHS_PER_READ) break;
      taken.push(request);
      this.#waiting.delete(request);
    }
    return taken;
  }

  /** Settles every one of `requests`; never rejects. */
  async #read(requests: readonly LoadRequest[]): Promise<void> {
    const loads = requests.flatMap((request) => request.loads);
    try {
      const rows = await this.#readLoads(loads);
      for (const { resolve } of requests) resolve(rows);
    } catch (error) {
      for (const { reject } of requests) reject(error);
    }
  }

  async #readLoads(loads: readonly LoadInFlight[]): Promise<LoadedRows> {
    const asked = this.#state.ask();
    for (const load of loads) load.asked = asked;
    // A path that was disowned while it waited may have been asked for again.
    const paths = [...new Set(loads.map((load) => load.path))];
    const revisions = new Map(paths.flatMap((path) => pairOf(path, this.#state.revisionOf(path))));
    assert(paths.length > 0, "a read is for something");
    try {
      const { position, continues, rows } = await this.#activity.load(paths, () =>
        this.#store.readRows(paths, { position: asked.position, revisions }),
      );
      this.#state.seen(asked, { position, continues });
      const known = { asOf: position.revision, provenTo: asked.position?.revision ?? 0 };
      const loaded = new Map<ProjectPath, KnownRow>(paths.map((path) => [path, { ...known, row: undefined }]));
      for (const row of rows) loaded.set(row.path, { ...known, row });
      for (const load of loads) {
        const found = loaded.get(load.path);
        const isOwner = this.#inFlight.get(load.path) === load;
        if (found !== undefined && isOwner && this.#state.isCurrent(asked)) this.#state.admit(found, load.admission);
      }
      return loaded;
    } finally {
      for (const load of loads) if (this.#inFlight.get(load.path) === load) this.#inFlight.delete(load.path);
    }
  }
}

function pairOf(path: ProjectPath, revision: number | undefined): readonly (readonly [ProjectPath, number])[] {
  return revision === undefined ? [] : [[path, revision]];
}
