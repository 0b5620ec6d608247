import type { StoredChange, StoredRow, StorePosition } from "../database/metadata-database.ts";
import type { ProjectPath } from "../record/project-path.ts";
import type { StateEvent } from "./state-events.ts";

/**
 * What the database had for one path at one revision of the present history. `row` is `undefined`
 * if it had none.
 */
export interface KnownRow {
  readonly asOf: number;
  /**
   * The last revision that the reader's history and the row's history are proved to share. A row
   * with a later revision may be of another history.
   */
  readonly provenTo: number;
  readonly row: StoredRow | undefined;
}

/**
 * The rows that one read needs, each in the newest version that the read has met. The read's own
 * loads bring them, and so does every change that the cache makes while the read waits
 * (`CacheState.follow`).
 *
 * This is why every read ends, even if others write to the same rows all the time. If a loaded row
 * is newer than the cache, the cache catches up with the database, and meanwhile this object
 * receives every row that changes.
 */
export class FollowedRows {
  readonly #rows = new Map<ProjectPath, KnownRow | undefined>();
  /**
   * The rows that a running full load has brought. They count only once the load has replaced the
   * state.
   */
  readonly #loaded = new Map<ProjectPath, KnownRow>();
  #load: object | undefined;

  /** From now on, `note` keeps what it receives for this path. */
  follow(path: ProjectPath): void {
    if (!this.#rows.has(path)) this.#rows.set(path, undefined);
  }

  get(path: ProjectPath): KnownRow | undefined {
    return this.#rows.get(path);
  }

  note(path: ProjectPath, found: KnownRow): void {
    if (!this.#rows.has(path)) return;
    const known = this.#rows.get(path);
    if (known === undefined || known.asOf <= found.asOf) this.#rows.set(path, found);
  }

  /**
   * Call this after a sync that began when the rows were already here. Forgets the rows of later
   * revisions than the sync reached: a backup that was restored to the cache's position has undone
   * them. If they stayed, they would hide every row that comes from now on.
   */
  forgetAfter(revision: number): void {
    for (const [path, known] of this.#rows) if (known !== undefined && known.asOf > revision) this.#rows.set(path, undefined);
  }

  /** Takes over what a change of the state says about the rows. */
  take(event: StateEvent): void {
    if (event.kind === "advanced") for (const change of event.changes) this.note(change.path, knownChange(change, event.position));
    else if (event.kind === "loading") this.#noteLoaded(event.load, event.rows, event.position);
    else if (event.kind === "replaced") this.#takeLoaded(event.load);
    else if (event.kind === "outdated") for (const path of this.#rows.keys()) this.#rows.set(path, undefined);
  }

  #noteLoaded(load: object, rows: readonly StoredChange[], position: StorePosition): void {
    if (this.#load !== load) this.#loaded.clear();
    this.#load = load;
    for (const row of rows) if (this.#rows.has(row.path)) this.#loaded.set(row.path, knownChange(row, position));
  }

  #takeLoaded(load: object): void {
    if (load !== this.#load) return;
    for (const [path, known] of this.#loaded) this.note(path, known);
    this.#loaded.clear();
  }
}

function knownChange(change: StoredChange, { revision }: StorePosition): KnownRow {
  return { asOf: revision, provenTo: revision, row: "deleted" in change ? undefined : change };
}
