import type { QueriedIndex } from "../../record/terms.ts";
import type { TreeStatus } from "../../calls/tree-freshness.ts";
import type { CacheState } from "../../state/cache-state.ts";
import type { Departures } from "../../storage/cache-storage.ts";
import type { ShareGauges } from "../../threads/owner/cache-share.ts";
import type { LatencySummary } from "./latency-histogram.ts";

/** What happened since the cache was opened. Counters only grow: nothing sets them back, `clear` neither. */
export class CacheCounters {
  /** Reads answered from memory: `getMetadata`, and the records of a query's page. */
  hits = 0;
  /** Reads of records that exist but were not resident. */
  misses = 0;
  /** Reads of paths for which there is no record: answered by the index, without the database. */
  absences = 0;
  /** Calls of `query`. */
  queries = 0;
  /** Reads of the database for absent records, each for one record or one batch; counted when they begin. */
  loads = 0;
  /** Those of these reads that failed. */
  loadFailures = 0;
  /** Rows that came in by these reads. */
  recordsLoaded = 0;
  /** Records given to `update`, and rows that `remove` took away. */
  updates = 0;
  /** Rows that `remove` took away. */
  removals = 0;
  /** Synchronisations that ended well, whoever asked: a call, the timer, a read that met a newer row. Calls that share one count once. */
  syncs = 0;
  /** Synchronisations that failed. The cache goes on serving its state. */
  syncFailures = 0;
}

/**
 * A snapshot: counters since the start, and gauges read from the truth at the moment of the call. The counters are those of
 * `CacheCounters`, `evictions`, `departures`, and in `loadTimes` and `syncTimes` all but the percentiles. What each figure
 * means for a person who has to decide something: `docs/statistics.md`.
 */
export interface CacheStatistics extends Readonly<CacheCounters> {
  /** Records that had to leave memory for others, for whichever bound. */
  readonly evictions: number;
  /** The same by cause, and the records that never came in. */
  readonly departures: Departures;
  /** hits / (hits + misses), or 1 before the first read. */
  readonly hitRatio: number;
  /** How long the database took for each load that has ended, well or not: `loads - loadTimes.count` are on their way. */
  readonly loadTimes: LatencySummary;
  /** How long each synchronisation took, the first full load among them, well or not. */
  readonly syncTimes: LatencySummary;
  /** Records in the index: all of the project's. */
  readonly records: number;
  /** Records in memory, and their estimated bytes. */
  readonly residents: number;
  /** The estimated bytes of the records in memory. */
  readonly residentBytes: number;
  /** Estimated bytes of the index, which is always whole. */
  readonly indexBytes: number;
  /**
   * How many different terms each index has (of `symbol` each name together with a kind and an owner): at most so many. What changed since the last merge of the index counts besides, and what it replaced counts still.
   */
  readonly terms: Readonly<Record<QueriedIndex, number>> & { readonly fileName: number; readonly symbol: number };
  /** Rows of the database that cannot be read. */
  readonly unreadable: number;
  /** The revision that the cache is at. */
  readonly revision: number;
  /** When the last sync ended well, in milliseconds since the Unix epoch; `undefined` before the first. */
  readonly lastSyncAt: number | undefined;
  /** When the cache was last known to equal the database, and how long ago that was, both in milliseconds. */
  readonly asOf: number;
  /** How long ago `asOf` was, in milliseconds. */
  readonly stalenessMs: number;
  /** Whether that is longer ago than `staleAfterSeconds`. */
  readonly stale: boolean;
  /** What is shared with other threads; `undefined` where nothing is. */
  readonly sharing: ShareGauges | undefined;
  /** What the watcher of the source tree does; `undefined` if there is none. */
  readonly tree: TreeStatus | undefined;
}

/** What a cache knows of what it did; the rest of the statistics is what it has. */
export type ActivityStatistics = Pick<CacheStatistics, keyof CacheCounters | "lastSyncAt" | "loadTimes" | "syncTimes">;

/** Puts both together, frozen. O(1) but for the histograms' buckets. */
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
