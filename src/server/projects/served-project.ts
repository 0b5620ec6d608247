import { type Clock, systemClock } from "../../base/clock.ts";
import { MetacacheError } from "../../base/errors.ts";
import type { MetadataCache } from "../../cache/metadata-cache.ts";
import type { ResolvedProject } from "../../cache/opening/resolve-project.ts";
import type { CheckConfig } from "../../config/check-config.ts";
import type { ProjectStore, StorePosition } from "../../database/metadata-database.ts";
import { LongCursors } from "../answers/cursor.ts";
import { CheckMemory } from "../check/check-memory.ts";
import { ChangeAnnouncer } from "../resources/change-announcer.ts";
import type { TreeFollower, TreeProof } from "./tree-follower.ts";

/** A project while it is open. */
export interface OpenProject {
  readonly root: string;
  readonly cache: MetadataCache;
  readonly store: ProjectStore;
  readonly clock: Clock;
  /** The settings of the check in the project file. */
  readonly check: CheckConfig;
  readonly checks: CheckMemory;
  readonly cursors: LongCursors;
  /**
   * Returns the position at a revision that an answer had. Returns `undefined` if no answer had it,
   * or if that was too long ago.
   */
  positionAt(revision: number): StorePosition | undefined;
}

interface Opened extends OpenProject {
  readonly follower: TreeFollower;
}

/** One project of a server. It is opened by the first question about it. */
export class ServedProject {
  readonly root: string;
  readonly #resolved: ResolvedProject;
  readonly #clock: Clock;
  readonly #watches: boolean;
  readonly #positions = new Map<number, StorePosition>();
  readonly #listeners = new Set<(path: string) => void>();
  #announcing: Promise<ChangeAnnouncer> | undefined;
  #opening: Promise<Opened> | undefined;
  #isClosed = false;

  /**
   * Throws `E_SOURCE` for a project that is given by name: without its folder, nothing proves that
   * its records are right.
   */
  constructor(resolved: ResolvedProject, { watches, clock = systemClock }: { readonly watches: boolean; readonly clock?: Clock }) {
    if (resolved.root === undefined) {
      throw new MetacacheError("E_SOURCE", `the project ${JSON.stringify(resolved.label)} is given by name, without its folder`, {
        remedy: "give its folder",
      });
    }
    this.root = resolved.root;
    this.#resolved = resolved;
    this.#watches = watches;
    this.#clock = clock;
  }

  /**
   * Opens the project if it is not open yet, and waits up to `waitMs` until the tree is proved to
   * be in the cache.
   */
  async settled(waitMs: number): Promise<{ readonly project: OpenProject; readonly proof: TreeProof }> {
    const opened = await this.#open();
    const proof = await opened.follower.settled(waitMs);
    // If announcements were asked for before this answer, they must include every change after it.
    await this.#announcing?.catch(() => undefined);
    await this.#notePosition(opened);
    return { project: opened, proof };
  }

  /**
   * Calls `listener` for each file whose record changes from now on, until the project is closed.
   * Pass one listener for each connection. If announcing fails to start, the next call starts it
   * again.
   */
  async announce(listener: (path: string) => void): Promise<void> {
    this.#listeners.add(listener);
    this.#announcing ??= this.#startAnnouncing().catch((error: unknown) => {
      this.#announcing = undefined;
      throw error;
    });
    await this.#announcing;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const opened = await this.#opening?.catch(() => undefined);
    // A caller that waited for the project to open may have started to announce meanwhile.
    const announcer = await this.#announcing?.catch(() => undefined);
    await announcer?.stop();
    await opened?.follower.close();
    await opened?.cache.shutdown();
  }

  async #startAnnouncing(): Promise<ChangeAnnouncer> {
    const { store } = await this.#open();
    return ChangeAnnouncer.start(store, (path) => {
      for (const each of this.#listeners) each(path);
    });
  }

  /** Opens the project once. If that fails, the next question opens it again. */
  #open(): Promise<Opened> {
    if (this.#isClosed) throw new MetacacheError("E_CLOSED", "the server is ending");
    this.#opening ??= this.#start().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #start(): Promise<Opened> {
    const { config, name } = this.#resolved;
    // A client that only lists the tools must not wait until these modules are loaded.
    const [{ openResolvedProject }, { TreeFollower }] = await Promise.all([
      import("../../cache/opening/open-metadata-cache.ts"),
      import("./tree-follower.ts"),
    ]);
    const { cache, database } = await openResolvedProject(this.#resolved, { create: true, clock: this.#clock });
    const store = await database.openProject(name);
    const isWhole = (await cache.source.runs())?.complete !== undefined;
    const follower = new TreeFollower(this.root, cache, {
      clock: this.#clock,
      config: config.indexing,
      isWhole,
      watches: this.#watches,
    });
    const positionAt = (revision: number): StorePosition | undefined => this.#positions.get(revision);
    return {
      root: this.root,
      cache,
      store,
      clock: this.#clock,
      follower,
      check: config.check,
      checks: new CheckMemory(),
      cursors: new LongCursors(),
      positionAt,
    };
  }

  /**
   * Notes the position of an answer, so that a later question can name its revision. The number
   * alone does not identify the history.
   */
  async #notePosition({ store }: Opened): Promise<void> {
    const position = await store.position();
    this.#positions.delete(position.revision);
    this.#positions.set(position.revision, position);
    for (const oldest of this.#positions.keys()) if (this.#positions.size > MAX_POSITIONS) this.#positions.delete(oldest);
  }
}

const MAX_POSITIONS = 1_000;
