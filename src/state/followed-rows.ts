import type { StoredChange, StoredRow, StorePosition } from "../database/metadata-database.ts";
import type { ProjectPath } from "../record/project-path.ts";
import type { StateEvent } from "./state-events.ts";

/** What the database had for one path at one revision of the present history; no `row` if it had none. */
export interface KnownRow {
  readonly asOf: number;
  /** The last revision that the reader's history and the row's are proved to share: a row that changed later may be of another history. */
  readonly provenTo: number;
  readonly row: StoredRow | undefined;
}

/**
 * The rows that one read is after, each the newest that it has met: its own loads bring them, and so does every step that
 * the cache takes while the read waits (`CacheState.follow`).
 *
 * That is why a read always comes to an end, however fast others write to the very rows that it loads: a row that turns
 * out to be newer than the cache makes the cache follow the database, and whatever changed on the way is here by then.
 */
export class FollowedRows {
  readonly #rows = new Map<ProjectPath, KnownRow | undefined>();
  /** What a full load that is under way has brought: of no use before the load is the state. */
  readonly #loaded = new Map<ProjectPath, KnownRow>();
  #load: object | undefined;

  /** From now on, `note` keeps what it is told of this path. */
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
   * To be called after a sync that began when the rows had come. What is of a later revision than the sync has led to was undone by a backup that
   * put the store back to where the cache stands: else it would stand in the way of every row that comes from now on.
   */
  forgetAfter(revision: number): void {
    for (const [path, known] of this.#rows) if (known !== undefined && known.asOf > revision) this.#rows.set(path, undefined);
  }

  /** Notes what happens to the state meanwhile. */
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
