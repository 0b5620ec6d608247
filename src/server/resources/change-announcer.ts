import type { ProjectStore, StorePosition } from "../../database/metadata-database.ts";
import { SharedRuns } from "../../sync/shared-runs.ts";

/** Of more changed files, every file is announced: whoever listens for one must not miss it. */
const MAX_CHANGES = 1_000;
const PAGE = 1_000;

/** Tells which files' records have changed, whoever wrote them. */
export class ChangeAnnouncer {
  readonly #store: ProjectStore;
  readonly #onChange: (path: string) => void;
  readonly #reads = new SharedRuns(() => this.#read());
  #position: StorePosition;
  #stop: () => void;

  private constructor(store: ProjectStore, position: StorePosition, onChange: (path: string) => void) {
    this.#store = store;
    this.#position = position;
    this.#onChange = onChange;
    // A hint that comes while the database cannot be read is lost, and the next one brings what it
    // meant.
    this.#stop = store.watch(() => void this.#reads.run().catch(() => undefined));
  }

  /** Everything that changes from now on. */
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
