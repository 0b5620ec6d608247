/** What happened since the cache was opened. Counters only grow. */
export class CacheCounters {
  /** Reads answered from memory: `getMetadata`, and the records of a query's page. */
  hits = 0;
  /** Reads of records that exist but were not resident. */
  misses = 0;
  /** Reads of paths for which there is no record: answered by the index, without the database. */
  absences = 0;
  queries = 0;
  /** Reads of the database for absent records, each for one record or one batch. */
  loads = 0;
  loadFailures = 0;
  /** Records that came in by these reads. */
  recordsLoaded = 0;
  /** Records stored and removed through this cache. */
  updates = 0;
  removals = 0;
  syncs = 0;
  syncFailures = 0;
}

/** A snapshot: counters since the start, and gauges read from the truth at the moment of the call. */
export interface CacheStatistics extends Readonly<CacheCounters> {
  readonly evictions: number;
  /** hits / (hits + misses), or 1 before the first read. */
  readonly hitRatio: number;
  /** Records in the index: all of the project's. */
  readonly records: number;
  /** Records in memory, and their estimated bytes. */
  readonly residents: number;
  readonly residentBytes: number;
  /** Estimated bytes of the index, which is always whole. */
  readonly indexBytes: number;
  readonly terms: { readonly language: number; readonly referenceDoc: number; readonly functionName: number; readonly className: number };
  /** Rows of the database that cannot be read. */
  readonly unreadable: number;
  readonly revision: number;
  /** When the last sync ended well, in milliseconds since the Unix epoch; `undefined` before the first. */
  readonly lastSyncAt: number | undefined;
  /** When the cache was last known to equal the database, and how long ago that was. */
  readonly asOf: number;
  readonly stalenessMs: number;
  readonly stale: boolean;
}
