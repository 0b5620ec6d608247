import type { StoredChange, StoredRow, StorePosition } from "../database/metadata-database.ts";
import type { ProjectPath } from "../model/project-path.ts";

/** What the database had for one path at one revision; no `row` where it had none. */
export interface KnownRow {
  readonly epoch: string;
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
    if (known === undefined || known.epoch !== found.epoch || known.asOf <= found.asOf) this.#rows.set(path, found);
  }

  /** Goes on following the same paths, with nothing known of them. */
  forget(): void {
    for (const path of this.#rows.keys()) this.#rows.set(path, undefined);
  }

  /** Notes what the state has moved on by. */
  noteChanges(changes: readonly StoredChange[], position: StorePosition): void {
    for (const change of changes) this.note(change.path, knownChange(change, position));
  }

  noteLoaded(changes: readonly StoredChange[], position: StorePosition): void {
    for (const change of changes) if (this.#rows.has(change.path)) this.#loaded.set(change.path, knownChange(change, position));
  }

  /** The load is the state now. */
  takeLoaded(): void {
    for (const [path, known] of this.#loaded) this.note(path, known);
    this.#loaded.clear();
  }

  /** The load was abandoned. */
  forgetLoaded(): void {
    this.#loaded.clear();
  }
}

function knownChange(change: StoredChange, { epoch, revision }: StorePosition): KnownRow {
  return { epoch, asOf: revision, provenTo: revision, row: "deleted" in change ? undefined : change };
}
