import { assert } from "../../base/assert.ts";
import type { ProjectStore } from "../../database/metadata-database.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { CacheState } from "../../state/cache-state.ts";
import type { KnownRow } from "../../state/followed-rows.ts";
import type { Admission } from "../../storage/cache-storage.ts";
import type { Standpoint } from "../../sync/sync-sink.ts";
import type { CacheActivity } from "../statistics/cache-activity.ts";

/**
 * More simultaneous reads would only wait for each other in the store, and take the connections
 * that a sync or a write needs.
 */
const READS_AT_ONCE = 3;
/**
 * A read that serves several requests takes at most this many paths, so that no request waits long
 * for the others.
 */
const PATHS_PER_READ = 500;

type LoadedRows = ReadonlyMap<ProjectPath, KnownRow>;

/** A path that is being read or waits to be read, and why its readers want it. */
interface LoadInFlight {
  readonly path: ProjectPath;
  readonly rows: Promise<LoadedRows>;
  /** The state's standpoint when the read began. `undefined` until then. */
  asked: Standpoint | undefined;
  admission: Admission;
}

/** The paths that one caller was the first to ask for. They are read together. */
interface LoadRequest {
  readonly loads: readonly LoadInFlight[];
  readonly resolve: (rows: LoadedRows) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads absent records from the store. All callers who wait for the same record at the same time
 * share one read (law 10), and one read may serve many waiting records. A request starts its read
 * at once if fewer than `READS_AT_ONCE` reads are running. Later requests wait. The next read takes
 * as many of them as fit, the oldest first. If a read fails, only the requests that it took fail.
 *
 * A load is registered before its first `await`. When it ends, it passes its record to the state
 * only if it still owns its path. After a write, an invalidation or a clear, `disown` takes the
 * path away, so that the next reader starts a new load. Those who wait for the old load still get
 * its row, and see by its revision if it fits.
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

  /**
   * Loads all `paths`. Shares loads that are already running, and reads all other paths in one
   * read.
   */
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

  /** Resolves when no read is running or waiting. */
  async idle(): Promise<void> {
    while (this.#reads.size > 0) await Promise.all(this.#reads);
  }

  /**
   * True if a new caller can share the load. A load whose read has not begun will be of the history
   * of that time.
   */
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
      assert(this.#reads.size <= READS_AT_ONCE, "at most READS_AT_ONCE reads run");
    }
  }

  /**
   * Takes the oldest requests: as many as fit in one read, and at least one. The paths of one
   * request are never split.
   */
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

  /** Settles every one of `requests`. Never rejects. */
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
    // If a path was disowned while it waited, somebody may have requested it again.
    const paths = [...new Set(loads.map((load) => load.path))];
    const revisions = new Map(paths.flatMap((path) => pairOf(path, this.#state.revisionOf(path))));
    assert(paths.length > 0, "a read has at least one path");
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
