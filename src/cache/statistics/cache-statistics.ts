import type { QueriedIndex } from "../../record/terms.ts";
import type { TreeStatus } from "../../calls/tree-freshness.ts";
import type { CacheState } from "../../state/cache-state.ts";
import type { Departures } from "../../storage/cache-storage.ts";
import type { ShareGauges } from "../../threads/owner/cache-share.ts";
import type { LatencySummary } from "./latency-histogram.ts";

/** Counts since the cache was opened. Counters only grow: nothing resets them, not even `clear`. */
export class CacheCounters {
  /** Reads answered from memory: `getMetadata`, and the records of query pages. */
  hits = 0;
  /** Reads of records that exist but were not resident. */
  misses = 0;
  /** Reads of paths that have no record. The index answers them without the database. */
  absences = 0;
  /** Calls of `query`. */
  queries = 0;
  /**
   * Reads of the database for absent records, each for one record or one batch. Counted when they
   * begin.
   */
  loads = 0;
  /** How many of these reads failed. */
  loadFailures = 0;
  /** Rows that these reads returned. */
  recordsLoaded = 0;
  /** Records passed to `update`. */
  updates = 0;
  /** Rows that `remove` removed. */
  removals = 0;
  /**
   * Syncs that succeeded, whatever started them: a call, the timer, a read that met a newer row.
   * Calls that share a sync count once.
   */
  syncs = 0;
  /** Syncs that failed. The cache keeps its state and still answers. */
  syncFailures = 0;
}

/**
 * A snapshot: counters since the start, and gauges computed at the moment of the call. The counters
 * are the fields of `CacheCounters`, `evictions`, `departures`, and in `loadTimes` and `syncTimes`
 * all but the percentiles. `docs/statistics.md` says what each figure means for people who have to
 * decide something.
 */
export interface CacheStatistics extends Readonly<CacheCounters> {
  /** Records that were evicted, because of either bound. */
  readonly evictions: number;
  /** Evictions by cause, and the records that were never kept. */
  readonly departures: Departures;
  /** hits / (hits + misses), or 1 before the first read. */
  readonly hitRatio: number;
  /**
   * How long the database took for each ended load, successful or not. `loads - loadTimes.count`
   * loads are still running.
   */
  readonly loadTimes: LatencySummary;
  /** How long each sync took, successful or not, including the first full load. */
  readonly syncTimes: LatencySummary;
  /** Records in the index, which are all records of the project. */
  readonly records: number;
  /** Records in memory. */
  readonly residents: number;
  /** The estimated bytes of the records in memory. */
  readonly residentBytes: number;
  /** The estimated bytes of the index, which is always complete. */
  readonly indexBytes: number;
  /**
   * How many different terms each index has at most. Changes since the last merge of the index
   * count extra, and what they replaced still counts. For `symbol`, each combination of a name, a
   * kind and an owner counts as a term.
   */
  readonly terms: Readonly<Record<QueriedIndex, number>> & { readonly fileName: number; readonly symbol: number };
  /** Rows of the database that cannot be read. */
  readonly unreadable: number;
  /** The revision of the cache. */
  readonly revision: number;
  /**
   * When the last successful sync ended, in milliseconds since the Unix epoch. `undefined` before
   * the first.
   */
  readonly lastSyncAt: number | undefined;
  /**
   * The last time at which the cache was known to equal the database, in milliseconds since the
   * Unix epoch.
   */
  readonly asOf: number;
  /** How long ago `asOf` is, in milliseconds. */
  readonly stalenessMs: number;
  /** True if `asOf` is longer ago than `staleAfterSeconds`. */
  readonly stale: boolean;
  /** What is shared with other threads. `undefined` if the cache is not shared. */
  readonly sharing: ShareGauges | undefined;
  /** The status of the watcher of the source tree. `undefined` if there is no watcher. */
  readonly tree: TreeStatus | undefined;
}

/** The statistics of what a cache did. The other statistics show what the cache has. */
export type ActivityStatistics = Pick<CacheStatistics, keyof CacheCounters | "lastSyncAt" | "loadTimes" | "syncTimes">;

/**
 * Combines the two kinds of statistics, and freezes them. O(1), apart from the buckets of the
 * histograms.
 */
export function statisticsOf(
  activity: ActivityStatistics,
  state: CacheState,
  gauges: Pick<CacheStatistics, "sharing" | "stale" | "stalenessMs" | "tree">,
): CacheStatistics {
  const { index, storage } = state;
  const { hits, misses } = activity;
  const departures = Object.freeze(storage.departures);
  return Object.freeze({
    ...activity,
    evictions: departures.evictedByItems + departures.evictedByBytes,
    departures,
    hitRatio: hits + misses === 0 ? 1 : hits / (hits + misses),
    records: index.size,
    residents: storage.count,
    residentBytes: storage.weight,
    indexBytes: index.byteLength(),
    terms: Object.freeze({
      language: index.termCountOf("language"),
      referenceDoc: index.termCountOf("referenceDoc"),
      fileName: index.termCountOf("fileName"),
      functionName: index.termCountOf("functionName"),
      className: index.termCountOf("className"),
      symbol: index.termCountOf("symbol"),
    }),
    unreadable: state.unreadable.size,
    revision: state.revision,
    asOf: state.confirmedAt.now,
    ...gauges,
  });
}
