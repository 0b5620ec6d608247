import type { StoredChange, StorePosition } from "../database/metadata-database.ts";
import type { Image } from "../indexing/image/image.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";

/** An index as one image, and where the state stood then. */
export interface WholeIndex {
  readonly image: Image;
  readonly position: StorePosition;
}

/** What happened to the state of a cache. */
export type StateEvent =
  /** The state moved on to `position` by these changes, all newer than what was known before. */
  | { readonly kind: "advanced"; readonly changes: readonly StoredChange[]; readonly position: StorePosition }
  /** Another index is in place: `load` replaced the whole state. */
  | { readonly kind: "replaced"; readonly load: object }
  /** The index lies in other layers; its content is the same. `whole`: all of it was merged. */
  | { readonly kind: "merged"; readonly whole: WholeIndex | undefined }
  /** A record came into memory. Its revision is the one that the index knows. */
  | { readonly kind: "admitted"; readonly record: FileMetadata; readonly revision: number }
  /** A record left memory because somebody asked for that; without a path, all of them did. Evictions are not told. */
  | { readonly kind: "dropped"; readonly path: ProjectPath | undefined }
  /** A load that is under way has brought rows. They count once it replaces the state; the rows of an earlier `load` are abandoned. */
  | { readonly kind: "loading"; readonly load: object; readonly rows: readonly StoredChange[]; readonly position: StorePosition }
  /** The database is on another history than this state: what was read before says nothing of it any more. */
  | { readonly kind: "outdated" }
  /** The state was found to equal the database, or has begun or ceased to owe a write. */
  | { readonly kind: "confirmed" };

export type StateListener = (event: StateEvent) => void;

/** One stream of events. Listeners are told in the turn in which something happens, after it has, in the order of their subscriptions. */
export class StateEvents {
  readonly #listeners = new Set<StateListener>();

  /** Returns how to end the subscription. A listener that throws fails what it was told of: catch what may fail. */
  subscribe(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(event: StateEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
