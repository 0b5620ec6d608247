import type { StoredChange, StoredRow } from "../database/metadata-database.ts";
import type { ProjectPath } from "../model/project-path.ts";

/** What the database had for one path at one revision; no `row` where it had none. */
export interface KnownRow {
  readonly epoch: string;
  readonly asOf: number;
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

  noteChanges(changes: readonly StoredChange[], epoch: string, asOf: number): void {
    for (const change of changes) this.note(change.path, { epoch, asOf, row: "deleted" in change ? undefined : change });
  }
}
