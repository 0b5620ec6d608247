import type { StoredChange, StorePosition } from "../database/metadata-database.ts";
import type { Image } from "../indexing/image/image.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";

/** The whole index as one image, with the position of the state at that time. */
export interface WholeIndex {
  readonly image: Image;
  readonly position: StorePosition;
}

/** What happened to the state of a cache. */
export type StateEvent =
  /**
   * The state moved on to `position` by these changes. All of them are newer than what was known
   * before.
   */
  | { readonly kind: "advanced"; readonly changes: readonly StoredChange[]; readonly position: StorePosition }
  /** `load` replaced the whole state, so there is another index now. */
  | { readonly kind: "replaced"; readonly load: object }
  /**
   * The index has other layers now, with the same content. `whole` is set if all layers were
   * merged.
   */
  | { readonly kind: "merged"; readonly whole: WholeIndex | undefined }
  /** A record was taken into memory. Its revision is the one that the index knows. */
  | { readonly kind: "admitted"; readonly record: FileMetadata; readonly revision: number }
  /**
   * A record was dropped on request, or, without a path, all of them were. Evictions emit no event.
   */
  | { readonly kind: "dropped"; readonly path: ProjectPath | undefined }
  /**
   * A running load has brought rows. They count only once it replaces the state. If an earlier
   * `load` brought rows, they do not count any more.
   */
  | { readonly kind: "loading"; readonly load: object; readonly rows: readonly StoredChange[]; readonly position: StorePosition }
  /**
   * The database is on another history than this state. Nothing that was read before applies to
   * this state any more.
   */
  | { readonly kind: "outdated" }
  /** The state was found to equal the database, or began to owe a write, or no longer owes one. */
  | { readonly kind: "confirmed" };

export type StateListener = (event: StateEvent) => void;

/**
 * The one stream of events. Listeners run in the same turn as the change and after it, in the order
 * of their subscriptions.
 */
export class StateEvents {
  readonly #listeners = new Set<StateListener>();

  /**
   * Returns a function that ends the subscription. If a listener throws, the change that it hears
   * of fails: so a listener must catch its errors.
   */
  subscribe(listener: StateListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(event: StateEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
