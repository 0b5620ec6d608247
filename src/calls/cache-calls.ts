import type { FileMetadata, FileMetadataInput, MetadataField } from "../record/file-metadata.ts";
import type { MetadataQuery } from "../query/metadata-query.ts";
import type {
  DanglingAnswer,
  OrphansAnswer,
  OrphansQuery,
  ReferencesAnswer,
  ReferencesQuery,
} from "../query/references/references-query.ts";
import type { PreparedMetadataQuery } from "../query/prepared-query.ts";
import type { ProvedAnswer } from "./tree-freshness.ts";
import type { FoundSymbol, SymbolQuery } from "../query/symbols/symbol-query.ts";

/** How fresh an answer must be, and how long to wait for it. */
export interface ReadOptions {
  /**
   * `"cached"` (the default) answers from what the cache knows, which lags behind other processes by the feed's delay.
   * `"latest"` reflects every commit, by any process, that ended before the call (law 4).
   * `"tree"` reflects every change of the source tree that was made before the call (law 15), or says what is behind: `QueryAnswer.tree`. It needs
   * a watcher: `watchSourceTree`.
   */
  readonly consistency?: "cached" | "latest" | "tree" | undefined;
  /** With `"tree"`: how long to wait for the proof. `Infinity` stands for 25 days. Default: 10,000. */
  readonly timeoutMs?: number | undefined;
  /** Gives up waiting; the load goes on for others who wait for it, and for the next reader. */
  readonly signal?: AbortSignal | undefined;
}

/** One page of an answer, and what it is an answer of. */
export interface QueryAnswer<T> extends ProvedAnswer {
  /** The page, in the order that was asked for. */
  readonly items: readonly T[];
  /** How many records match in all, whatever the limit. */
  readonly total: number;
  /** Where the next page begins; absent on the last one. */
  readonly nextCursor?: string;
  /** The one revision that the whole answer is of. */
  readonly revision: number;
  /** When the cache was last known to equal the database, in milliseconds since the Unix epoch. */
  readonly asOf: number;
  /** Whether that is longer ago than the configured `staleAfterSeconds`. */
  readonly stale: boolean;
  /** Rows of the project that the database has but that cannot be read: they are missing here, and reported by `status`. */
  readonly unreadable: number;
}

/** The write is committed. */
export interface WriteReport {
  /** The write is in this revision. The cache is at it or at a later one, unless it is `behind`. */
  readonly revision: number;
  /** How many rows changed: writing what is there already changes none. */
  readonly changed: number;
  /**
   * True if the cache does not show the write yet: the database could not be read after the commit. The next read on this cache reads
   * the database first, and fails with `E_DATABASE_UNAVAILABLE` as long as that cannot be. Do not write again.
   */
  readonly behind: boolean;
}

/** How long to wait. */
export interface WaitOptions {
  /** A limit for the whole call, its look at the database included. `Infinity` stands for 25 days, the most that is waited. Default: 10,000. */
  readonly timeoutMs?: number | undefined;
  /** Gives up waiting when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a cache does, in the thread that owns it and in every one that reads it. An answer that is in memory needs no turn of the event loop:
 * its promise is resolved already.
 */
export interface MetadataCacheCalls {
  /** The name that the database knows this project by. */
  readonly project: string;
  /** The revision that the cache is at. */
  readonly revision: number;
  /** Returns the record if it is in memory. Never loads. */
  peek(path: string): FileMetadata | undefined;
  /** Returns the record of a path, from memory or by one load; `undefined` if there is no file. */
  getMetadata(path: string, options?: ReadOptions): Promise<FileMetadata | undefined>;
  /** Returns one page of the records that meet all criteria, at one revision. */
  query<F extends MetadataField = MetadataField>(
    query: MetadataQuery<F> | PreparedMetadataQuery<F>,
    options?: ReadOptions,
  ): Promise<QueryAnswer<Pick<FileMetadata, F>>>;
  /** Returns one page of the symbols that meet all criteria, at one revision. */
  symbols(query: SymbolQuery, options?: ReadOptions): Promise<QueryAnswer<FoundSymbol>>;
  /** Returns the files that refer to a file, or that it refers to, to any depth. */
  references(query: ReferencesQuery, options?: ReadOptions): Promise<ReferencesAnswer & ProvedAnswer>;
  /** Lists the references that mean no existing file. */
  danglingReferences(options?: ReadOptions): Promise<DanglingAnswer & ProvedAnswer>;
  /** Lists the documents that no way of references from the roots reaches. */
  orphanDocuments(query?: OrphansQuery, options?: ReadOptions): Promise<OrphansAnswer & ProvedAnswer>;
  /** Stores these records, in one transaction. Resolves after the commit. */
  update(records: FileMetadataInput | readonly FileMetadataInput[]): Promise<WriteReport>;
  /** Removes the records of these paths, in one transaction. Resolves after the commit. */
  remove(paths: string | readonly string[]): Promise<WriteReport>;
  /** Takes over every commit that ended before the call. */
  syncWithDatabase(): Promise<{ readonly revision: number }>;
  /** Resolves when the cache is at `revision` or at a later one. Throws `E_TIMEOUT`. */
  waitForRevision(revision: number, options?: WaitOptions): Promise<void>;
}
