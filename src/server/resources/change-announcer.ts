import type { ProjectStore, StorePosition } from "../../database/metadata-database.ts";
import { SharedTask } from "../../sync/shared-task.ts";

/**
 * If more files changed, every file of the project is announced, because a client that listens for
 * one file must not miss its change.
 */
const MAX_CHANGES = 1_000;
const PAGE = 1_000;

/** Announces files whose records changed, even if another program changed them. */
export class ChangeAnnouncer {
  readonly #store: ProjectStore;
  readonly #onChange: (path: string) => void;
  readonly #reads = new SharedTask(() => this.#read());
  #position: StorePosition;
  #stop: () => void;

  private constructor(store: ProjectStore, position: StorePosition, onChange: (path: string) => void) {
    this.#store = store;
    this.#position = position;
    this.#onChange = onChange;
    // A hint is lost if the database cannot be read at that time. The read for the next hint
    // includes its changes.
    this.#stop = store.watch(() => void this.#reads.execute().catch(() => undefined));
  }

  /** Starts to announce every change from now on. */
  static async start(store: ProjectStore, onChange: (path: string) => void): Promise<ChangeAnnouncer> {
    return new ChangeAnnouncer(store, await store.position(), onChange);
  }

  async stop(): Promise<void> {
    this.#stop();
    this.#stop = () => undefined;
    await this.#reads.idle();
  }

  async #read(): Promise<void> {
    const { position, continues, changes } = await this.#store.readChanges(this.#position, MAX_CHANGES);
    this.#position = position;
    if (continues && changes !== undefined) for (const { path } of changes) this.#onChange(path);
    else for await (const page of this.#store.readFingerprints(PAGE)) for (const { path } of page) this.#onChange(path);
  }
}
