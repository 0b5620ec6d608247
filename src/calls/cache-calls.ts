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
   * `"cached"` (the default) answers from what the cache knows. The cache lags behind other
   * processes by the delay of the feed.
   *
   * `"latest"` reflects every commit, by any process, that ended before the call (law 4).
   *
   * `"tree"` reflects every change of the source tree that was made before the call (law 15), or
   * says in `QueryAnswer.tree` which files are behind. It needs a watcher: `watchSourceTree`.
   */
  readonly consistency?: "cached" | "latest" | "tree" | undefined;
  /**
   * Only with `"tree"`: how long to wait for the proof. `Infinity` means 25 days. Default: 10,000.
   */
  readonly timeoutMs?: number | undefined;
  /** Stops waiting. The load continues for others who wait for it, and for the next reader. */
  readonly signal?: AbortSignal | undefined;
}

/** One page of an answer, and what it is an answer of. */
export interface QueryAnswer<T> extends ProvedAnswer {
  /** The page, in the order that was asked for. */
  readonly items: readonly T[];
  /** How many records match, regardless of the limit. */
  readonly total: number;
  /** The cursor of the next page. Missing on the last page. */
  readonly nextCursor?: string;
  /** The revision of the whole answer. */
  readonly revision: number;
  /** When the cache last knew that it equals the database, in milliseconds since the Unix epoch. */
  readonly asOf: number;
  /** True if `asOf` is longer ago than the configured `staleAfterSeconds`. */
  readonly stale: boolean;
  /**
   * How many rows of the project are in the database but cannot be read. They are missing in the
   * answer. `status` reports them.
   */
  readonly unreadable: number;
}

/** The report of a committed write. */
export interface WriteReport {
  /**
   * The revision that contains the write. Unless `behind` is true, the cache is at this revision or
   * a later one.
   */
  readonly revision: number;
  /** How many rows changed. Writing what a row already has does not change it. */
  readonly changed: number;
  /**
   * True if the cache does not show the write yet, because the database could not be read after the
   * commit. The next read on this cache reads the database first. It fails with
   * `E_DATABASE_UNAVAILABLE` as long as the database cannot be read. Do not write again.
   */
  readonly behind: boolean;
}

/** How long to wait. */
export interface WaitOptions {
  /**
   * The time limit for the whole call, including its look at the database. `Infinity` means 25
   * days, which is the maximum. Default: 10,000.
   */
  readonly timeoutMs?: number | undefined;
  /** Gives up waiting when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The calls of a cache, in the thread that owns it and in every thread that reads it. If the answer
 * is in memory, the promise is already resolved when the call returns.
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
