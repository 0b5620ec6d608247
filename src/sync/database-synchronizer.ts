import { assert } from "../base/assert.ts";
import { type Clock, millisecondsSince, currentMoment } from "../base/clock.ts";
import { callHarmlessly } from "../base/call-harmlessly.ts";
import { MetacacheError, messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { Slices } from "../base/slices.ts";
import { isSamePosition, type ProjectStore, type StorePosition, type StoreScan } from "../database/metadata-database.ts";
import { SharedTask } from "./shared-task.ts";
import type { Advance, PendingLoad, Standpoint, SyncCounts, SyncSink } from "./sync-sink.ts";

/** What a synchronisation did. */
export interface SyncReport extends SyncCounts {
  /** "incremental" if reading the changes was enough, "full" if everything was loaded again. */
  readonly kind: "incremental" | "full";
  /** The revision of the cache now. */
  readonly revision: number;
  /** How long it took, in milliseconds. */
  readonly elapsedMs: number;
}

/**
 * Called around every sync, once for all calls that share the sync. It must return or throw what
 * `sync` returns or throws.
 */
export type SyncObserver = (sync: () => Promise<SyncReport>) => Promise<SyncReport>;

/** How far a full load is, in records. */
export interface LoadProgress {
  /** How many rows have been read. */
  readonly loaded: number;
  /** How many records there were when the load began. */
  readonly total: number;
}

export interface SynchronizerOptions {
  readonly observe?: SyncObserver | undefined;
  /** Called after each page of a load. If it throws, the error is logged and the load continues. */
  readonly onLoadProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** Rows in each page of a load: a few milliseconds of work between two turns of the event loop. */
const PAGE_SIZE = 100;
/**
 * If there are more changes than this, everything is loaded aside instead: applying so many changes
 * in one turn would block the event loop.
 */
export const MAX_INCREMENTAL_CHANGES = 5_000;
const MAX_LOADS = 3;
const MAX_PROOFS = 3;

/**
 * Keeps a sink in step with a project's store.
 *
 * - A sync that begins after a commit includes it. Two syncs never run at the same time. Calls
 *   during a sync share the next sync, because the running one may have read the store before the
 *   call.
 * - An incremental sync costs as much as the changes. A full sync reads everything in one snapshot,
 *   page by page, into a state that is built aside. Then it applies what has changed meanwhile.
 *   Finally it replaces the old state, either completely or not at all.
 * - If a sync fails, it throws, and the sink stays as it was.
 *
 * Everything that looks at the store goes through this class: hints, the timer, reads with the
 * consistency "latest", and reads that met a newer row all call `catchUp` or `synchronize`. This
 * class passes each new revision to the sink, and the sink passes it to its subscribers.
 */
export class DatabaseSynchronizer {
  readonly #store: ProjectStore;
  readonly #sink: SyncSink;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #onLoadProgress: (progress: LoadProgress) => void;
  readonly #syncs: SharedTask<SyncReport>;
  readonly #looks = new SharedTask(() => this.#look());

  constructor(store: ProjectStore, sink: SyncSink, clock: Clock, logger: Logger, options: SynchronizerOptions = {}) {
    const { observe = (sync) => sync(), onLoadProgress = () => undefined } = options;
    this.#store = store;
    this.#sink = sink;
    this.#clock = clock;
    this.#logger = logger;
    this.#onLoadProgress = onLoadProgress;
    this.#syncs = new SharedTask(() => observe(() => this.#sync()));
  }

  /**
   * Brings the sink to the database's present state: by changes if possible, otherwise by a full
   * load.
   */
  synchronize(): Promise<SyncReport> {
    return this.#syncs.execute();
  }

  /**
   * Makes the sink show every commit that ended before this call (law 4). If nothing changed, this
   * reads one row for all callers together.
   */
  catchUp(): Promise<void> {
    return this.#looks.execute();
  }

  /** Resolves when no sync runs or waits, also if the syncs failed. */
  idle(): Promise<void> {
    return this.#syncs.idle();
  }

  async #look(): Promise<void> {
    const askedAt = currentMoment(this.#clock);
    const asked = this.#sink.ask();
    const position = await this.#store.position();
    if (this.#sink.seen(asked, { position }) === "same") this.#sink.confirm(askedAt, asked);
    else await this.synchronize();
  }

  async #sync(): Promise<SyncReport> {
    const startedAt = currentMoment(this.#clock);
    const asked = this.#sink.ask();
    const incremental = await this.#performIncrementalSync(asked);
    const counts = incremental ?? (await this.#performFullSync());
    assert(this.#sink.position !== undefined, "after a sync the sink has a position");
    this.#sink.confirm(startedAt, asked);
    const report: SyncReport = Object.freeze({
      kind: incremental === undefined ? "full" : "incremental",
      ...counts,
      revision: this.#sink.position?.revision ?? 0,
      elapsedMs: millisecondsSince(startedAt.us, this.#clock),
    });
    this.#logger.debug(`${report.kind} sync to revision ${report.revision}: +${report.added} ~${report.changed} -${report.removed}`);
    return report;
  }

  /** Applies the changes. Returns `undefined` if only a full load helps. */
  async #performIncrementalSync({ question }: Standpoint): Promise<SyncCounts | undefined> {
    for (;;) {
      const { position: since } = this.#sink;
      if (since === undefined || this.#sink.isOutdated) return undefined;
      const advance = await this.#changesAfter(since, MAX_INCREMENTAL_CHANGES);
      const counts = advance === undefined ? undefined : this.#sink.apply(advance);
      if (advance === undefined || counts !== undefined || this.#sink.isOutdated) return counts;
      // A write of this cache has moved the sink meanwhile. If it began later than this sync, then
      // it also shows everything that this sync must show. Its revision says nothing about that: it
      // may be of a history that was undone.
      if (this.#sink.knownSince >= question) return { added: 0, changed: 0, removed: 0 };
    }
  }

  /** Replaces the sink's whole state by the database's state. */
  async #performFullSync(): Promise<SyncCounts> {
    for (let attempt = 1; attempt <= MAX_LOADS; attempt++) {
      const counts = await this.#loadAside();
      if (counts !== undefined) return counts;
      this.#logger.warn("the feed was compacted or the database replaced during a full load: loading again");
    }
    throw new MetacacheError(
      "E_DATABASE_UNAVAILABLE",
      `the database was replaced or compacted during each of ${MAX_LOADS} full loads, and the cache keeps its old state`,
      { remedy: "stop the program that keeps replacing or compacting the database, then read again" },
    );
  }

  async #loadAside(): Promise<SyncCounts | undefined> {
    const asked = this.#sink.ask();
    const scan = await this.#store.scan(PAGE_SIZE, asked.position);
    const load = this.#sink.beginLoad(asked, scan);
    let counts: SyncCounts | undefined;
    try {
      await this.#fill(load, scan);
      counts = await this.#commitLoad(load, asked, scan.continues);
      return counts;
    } finally {
      if (counts === undefined) load.abandon();
    }
  }

  /** Reads every row into the load, and closes the scan. */
  async #fill(load: PendingLoad, scan: StoreScan): Promise<void> {
    try {
      let loaded = 0;
      for await (const rows of scan.pages) {
        load.add(rows);
        await this.#runInSlices(load.tidy());
        loaded += rows.length;
        this.#tellProgress({ loaded, total: scan.total });
      }
      await this.#runInSlices(load.settle());
    } finally {
      await scan.close();
    }
  }

  /**
   * Commits a load. `asked` is where the sink was when the load began, and `continues` says if the
   * load continues that position.
   *
   * Writes of this cache may have moved the sink since, perhaps past the load. Then the load
   * applies the later changes, and the store must prove that the load continues these writes too.
   * The store proves it if it was at the sink's position after the load's question: what was read
   * before may be undone. Otherwise this returns `undefined`.
   */
  async #commitLoad(load: PendingLoad, asked: Standpoint, continues: boolean): Promise<SyncCounts | undefined> {
    for (let known = asked.position, proofs = 1; ; proofs++) {
      const present = this.#sink.position;
      const isLater = load.knownSince >= this.#sink.knownSince || isSamePosition(present, load.position);
      if (isLater && (present === undefined || this.#sink.isOutdated || isSamePosition(present, known))) return load.commit(continues);
      if (present === undefined || this.#sink.isOutdated) return undefined;
      // If this cache writes without a pause, the sink moves during every proof. Then the load is
      // committed without a proof, and counts as another history.
      if (proofs > MAX_PROOFS && present.revision <= load.position.revision) return load.commit(false);
      const advance = await this.#changesAfter(load.position, Number.MAX_SAFE_INTEGER);
      // With a limit of 0 this reads no change. It only asks if the store continues the sink's
      // position.
      if (advance !== undefined) await this.#changesAfter(present, 0);
      if (advance === undefined || this.#sink.isOutdated) return undefined;
      load.apply(advance);
      known = present;
    }
  }

  #tellProgress(progress: LoadProgress): void {
    callHarmlessly(
      () => this.#onLoadProgress(progress),
      (error) => this.#logger.warn(`onLoadProgress failed, the load continues: ${messageOf(error)}`),
    );
  }

  /** Runs the steps, and lets other work run after every few milliseconds. */
  async #runInSlices(steps: Iterable<void>): Promise<void> {
    const slices = new Slices(this.#clock);
    for (const _ of steps) if (slices.isOver) await slices.pause();
  }

  async #changesAfter(since: StorePosition, limit: number): Promise<Advance | undefined> {
    const asked = { ...this.#sink.ask(), position: since };
    const { question } = asked;
    const { position, continues, changes } = await this.#store.readChanges(since, limit);
    this.#sink.seen(asked, { position, continues });
    assert(changes === undefined || continues, "all changes are of one history");
    assert(changes === undefined || position.revision >= since.revision, "changes lead to a later revision");
    return changes === undefined ? undefined : { from: since, position, changes, question };
  }
}
