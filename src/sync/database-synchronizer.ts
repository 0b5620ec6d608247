import { assert } from "../base/assert.ts";
import { type Clock, millisecondsSince, momentOf } from "../base/clock.ts";
import { callHarmlessly } from "../base/call-harmlessly.ts";
import { MetacacheError, messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { Slices } from "../base/slices.ts";
import { isSamePosition, type ProjectStore, type StorePosition } from "../database/metadata-database.ts";
import { SharedRuns } from "./shared-runs.ts";
import type { Advance, PendingLoad, Standpoint, SyncCounts, SyncSink } from "./sync-sink.ts";

/** What a synchronisation did. */
export interface SyncReport extends SyncCounts {
  /** Whether the changes were enough, or everything was loaded anew. */
  readonly kind: "incremental" | "full";
  /** Where the cache stands now. */
  readonly revision: number;
  /** How long it took, in milliseconds. */
  readonly elapsedMs: number;
}

/** Called around every sync that is made, once however many calls share it; ends as `run` does. */
export type SyncObserver = (run: () => Promise<SyncReport>) => Promise<SyncReport>;

/** How far a load of everything has come, in records. */
export interface LoadProgress {
  /** How many rows have been read. */
  readonly loaded: number;
  /** How many there were when the load began. */
  readonly total: number;
}

export interface SynchronizerOptions {
  readonly observe?: SyncObserver | undefined;
  /** Called after each page of a load. What it throws is logged, and the load goes on. */
  readonly onLoadProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** Rows for each page of a load: a few milliseconds of work between two turns of the event loop. */
const PAGE_SIZE = 100;
/** More changes than this are not applied at once, which would hold up the event loop: everything is loaded aside instead. */
export const MAX_INCREMENTAL_CHANGES = 5_000;
const MAX_LOADS = 3;
const MAX_PROOFS = 3;

/**
 * Keeps a sink in step with a project's store.
 *
 * - A sync that begins after a commit includes it. Syncs never run two at a time: calls made while one runs share
 *   the next one, since what the running one has read may be older than the call.
 * - An incremental sync costs what changed. A full one reads everything in one snapshot, page by page, into a state
 *   built aside; what changed meanwhile follows; then it takes the old state's place at once, or not at all.
 * - A failure leaves the sink as it was and is thrown.
 *
 * All looking at the store happens here: hints, the timer, reads for the latest and reads that met a newer row all come to `catchUp` or
 * `synchronize`. From here a revision goes to the sink, and from the sink to those who subscribe to it.
 */
export class DatabaseSynchronizer {
  readonly #store: ProjectStore;
  readonly #sink: SyncSink;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #onLoadProgress: (progress: LoadProgress) => void;
  readonly #runs: SharedRuns<SyncReport>;
  readonly #looks = new SharedRuns(() => this.#look());

  constructor(store: ProjectStore, sink: SyncSink, clock: Clock, logger: Logger, options: SynchronizerOptions = {}) {
    const { observe = (run) => run(), onLoadProgress = () => undefined } = options;
    this.#store = store;
    this.#sink = sink;
    this.#clock = clock;
    this.#logger = logger;
    this.#onLoadProgress = onLoadProgress;
    this.#runs = new SharedRuns(() => observe(() => this.#run()));
  }

  /** Brings the sink to the database's present state: by changes where they suffice, else by a full load. */
  synchronize(): Promise<SyncReport> {
    return this.#runs.run();
  }

  /** Makes the sink reflect every commit that ended before this call (law 4). Cost if nothing changed: one row, for all who ask meanwhile. */
  catchUp(): Promise<void> {
    return this.#looks.run();
  }

  /** Resolves when no sync runs or waits, however they ended. */
  idle(): Promise<void> {
    return this.#runs.idle();
  }

  async #look(): Promise<void> {
    const askedAt = momentOf(this.#clock);
    const asked = this.#sink.ask();
    const position = await this.#store.position();
    if (this.#sink.seen(asked, { position }) === "same") this.#sink.confirm(askedAt, asked);
    else await this.synchronize();
  }

  async #run(): Promise<SyncReport> {
    const startedAt = momentOf(this.#clock);
    const asked = this.#sink.ask();
    const incremental = await this.#performIncrementalSync(asked);
    const counts = incremental ?? (await this.#performFullSync());
    assert(this.#sink.position !== undefined, "after a sync the sink is somewhere");
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

  /** Applies what changed; `undefined` where only a full load will do. */
  async #performIncrementalSync({ question }: Standpoint): Promise<SyncCounts | undefined> {
    for (;;) {
      const { position: since } = this.#sink;
      if (since === undefined || this.#sink.isOutdated) return undefined;
      const advance = await this.#changesAfter(since, MAX_INCREMENTAL_CHANGES);
      const counts = advance === undefined ? undefined : this.#sink.apply(advance);
      if (advance === undefined || counts !== undefined || this.#sink.isOutdated) return counts;
      // Own writes, each right after the last, have moved the sink meanwhile. One that was begun later than this sync shows all that this sync is to show.
      // How far they have come says nothing: it may be along a history that was undone.
      if (this.#sink.knownSince >= question) return { added: 0, changed: 0, removed: 0 };
    }
  }

  /** Replaces the sink's whole state by the database's. */
  async #performFullSync(): Promise<SyncCounts> {
    for (let attempt = 1; attempt <= MAX_LOADS; attempt++) {
      const counts = await this.#loadAside();
      if (counts !== undefined) return counts;
      this.#logger.warn("the feed was compacted or the database replaced during a full load: loading again");
    }
    throw new MetacacheError(
      "E_DATABASE_UNAVAILABLE",
      `the database was replaced or compacted during each of ${MAX_LOADS} full loads, and the state from before is kept`,
      { remedy: "end what replaces or compacts it again and again, then read again" },
    );
  }

  async #loadAside(): Promise<SyncCounts | undefined> {
    const asked = this.#sink.ask();
    const scan = await this.#store.scan(PAGE_SIZE, asked.position);
    const load = this.#sink.beginLoad(asked, scan);
    try {
      let loaded = 0;
      for await (const rows of scan.pages) {
        load.add(rows);
        await this.#atLeisure(load.tidy());
        loaded += rows.length;
        this.#tellProgress({ loaded, total: scan.total });
      }
      await this.#atLeisure(load.settle());
    } catch (error) {
      load.abandon();
      throw error;
    } finally {
      await scan.close();
    }
    try {
      return await this.#takePlace(load, asked, scan.continues);
    } catch (error) {
      load.abandon();
      throw error;
    }
  }

  /**
   * Commits a load that continues what the sink was at when it was `asked` for, if `continues`. Own writes may have moved the sink since, perhaps past the
   * load: then the load follows, and must be proved to continue them too. So it does if the store was found where the sink is after the load had asked:
   * what was read before may be undone. `undefined` if it does not: it was abandoned.
   */
  async #takePlace(load: PendingLoad, asked: Standpoint, continues: boolean): Promise<SyncCounts | undefined> {
    for (let known = asked.position, proofs = 1; ; proofs++) {
      const present = this.#sink.position;
      const isLater = load.knownSince >= this.#sink.knownSince || isSamePosition(present, load.position);
      if (isLater && (present === undefined || this.#sink.isOutdated || isSamePosition(present, known))) return load.commit(continues);
      if (present === undefined || this.#sink.isOutdated) {
        load.abandon();
        return undefined;
      }
      // A cache that is written to without a pause moves on with every look: the load may take its place without a proof, and count as another history.
      if (proofs > MAX_PROOFS && present.revision <= load.position.revision) return load.commit(false);
      const advance = await this.#changesAfter(load.position, Number.MAX_SAFE_INTEGER);
      // With a limit of 0 it reads no change, and learns whether the store continues what the sink is at.
      if (advance !== undefined) await this.#changesAfter(present, 0);
      if (advance === undefined || this.#sink.isOutdated) {
        load.abandon();
        return undefined;
      }
      load.apply(advance);
      known = present;
    }
  }

  #tellProgress(progress: LoadProgress): void {
    callHarmlessly(
      () => this.#onLoadProgress(progress),
      (error) => this.#logger.warn(`onLoadProgress failed, the load goes on: ${messageOf(error)}`),
    );
  }

  /** Lets others run after every few milliseconds of work. */
  async #atLeisure(steps: Iterable<void>): Promise<void> {
    const slices = new Slices(this.#clock);
    for (const _ of steps) if (slices.isOver) await slices.pause();
  }

  async #changesAfter(since: StorePosition, limit: number): Promise<Advance | undefined> {
    const asked = { ...this.#sink.ask(), position: since };
    const { question } = asked;
    const { position, continues, changes } = await this.#store.readChanges(since, limit);
    this.#sink.seen(asked, { position, continues });
    assert(changes === undefined || continues, "changes are told of one history alone");
    assert(changes === undefined || position.revision >= since.revision, "changes lead on");
    return changes === undefined ? undefined : { from: since, position, changes, question };
  }
}
