export type MaybePromise<T> = T | Promise<T>;

/**
 * What somebody would use instead of metacache, filled with the same records. A rival has the calls
 * for which it is a sensible choice. Each call returns what its users would get, without copies
 * made for this benchmark.
 */
export interface Rival {
  readonly name: string;
  /** The setup, so that a reader of the results can judge if the comparison is fair. */
  readonly configuration: string;
  /** True if answers come in the order of paths. Otherwise the rival does not have to sort. */
  readonly ordered: boolean;
  /** True if the rival caches answers. Then no question is asked twice. */
  readonly memoises?: boolean;
  get?(path: string): MaybePromise<unknown>;
  byLanguageAndFunction?(language: string, functionName: string): MaybePromise<readonly unknown[]>;
  byReferenceDoc?(target: string): MaybePromise<readonly unknown[]>;
  firstOfLanguage?(language: string, limit: number): MaybePromise<readonly unknown[]>;
  countOfLanguageAndFunction?(language: string, functionName: string): MaybePromise<number>;
  pathsOfLanguageMatching?(language: string, pattern: string): MaybePromise<readonly string[]>;
  /** Returns one of its items as plain data, for the comparison with metacache's. Never timed. */
  plain(item: unknown): unknown;
  close(): MaybePromise<void>;
}
