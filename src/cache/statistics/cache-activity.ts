import type { Clock } from "../../base/clock.ts";
import type { RowBatch } from "../../database/metadata-database.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { SyncReport } from "../../sync/database-synchronizer.ts";
import { publishLoad, publishSync } from "./cache-diagnostics.ts";
import { type ActivityStatistics, CacheCounters } from "./cache-statistics.ts";
import { LatencyHistogram } from "./latency-histogram.ts";

/**
 * Counts, measures and publishes what one cache does. A load or a sync is counted before its
 * callers continue and before the subscribers of the channels run, so that `getStats` includes it.
 */
export class CacheActivity {
  readonly counters: CacheCounters = new CacheCounters();
  readonly #project: string;
  readonly #clock: Clock;
  readonly #loadTimes = new LatencyHistogram();
  readonly #syncTimes = new LatencyHistogram();
  #lastSyncAt: number | undefined;

  constructor(project: string, clock: Clock) {
    this.#project = project;
    this.#clock = clock;
  }

  /**
   * Runs one read of the database for absent records. Returns or throws what `read` returns or
   * throws.
   */
  async load(paths: readonly ProjectPath[], read: () => Promise<RowBatch>): Promise<RowBatch> {
    this.counters.loads++;
    const startedAt = this.#clock.microseconds();
    try {
      const batch = await read();
      const rows = batch.rows.length;
      this.counters.recordsLoaded += rows;
      publishLoad(this.#project, this.#record(this.#loadTimes, startedAt), paths, rows);
      return batch;
    } catch (error) {
      this.counters.loadFailures++;
      publishLoad(this.#project, this.#record(this.#loadTimes, startedAt), paths, undefined, error);
      throw error;
    }
  }

  /** Runs one sync. Returns or throws what `sync` returns or throws. */
  async sync(sync: () => Promise<SyncReport>): Promise<SyncReport> {
    const startedAt = this.#clock.microseconds();
    try {
      const report = await sync();
      this.counters.syncs++;
      this.#lastSyncAt = this.#clock.now();
      publishSync(this.#project, this.#record(this.#syncTimes, startedAt), report);
      return report;
    } catch (error) {
      this.counters.syncFailures++;
      publishSync(this.#project, this.#record(this.#syncTimes, startedAt), undefined, error);
      throw error;
    }
  }

  /** A snapshot. */
  statistics(): ActivityStatistics {
    return {
      ...this.counters,
      loadTimes: this.#loadTimes.summarize(),
      syncTimes: this.#syncTimes.summarize(),
      lastSyncAt: this.#lastSyncAt,
    };
  }

  #record(times: LatencyHistogram, startedAt: number): number {
    const durationUs = Math.max(0, this.#clock.microseconds() - startedAt);
    times.add(durationUs);
    return durationUs;
  }
}
