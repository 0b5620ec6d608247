export type MaybePromise<T> = T | Promise<T>;

/**
 * What somebody would use instead of metacache, filled with the same records. It has those calls for which it is a
 * sensible choice; each returns what its users would get, without copying it for our convenience.
 */
export interface Rival {
  readonly name: string;
  /** How it was set up: a reader of the results must be able to judge whether that is fair. */
  readonly configuration: string;
  /** Whether answers come in the order of paths; where not, the rival is spared the sorting. */
  readonly ordered: boolean;
  /** Whether it keeps answers: then no question is asked twice. */
  readonly memoises?: boolean;
  get?(path: string): MaybePromise<unknown>;
  byLanguageAndFunction?(language: string, functionName: string): MaybePromise<readonly unknown[]>;
  byReferenceDoc?(target: string): MaybePromise<readonly unknown[]>;
  firstOfLanguage?(language: string, limit: number): MaybePromise<readonly unknown[]>;
  countOfLanguageAndFunction?(language: string, functionName: string): MaybePromise<number>;
  pathsOfLanguageMatching?(language: string, pattern: string): MaybePromise<readonly string[]>;
  /** One of its items as plain data, for the comparison with metacache's. Never timed. */
  plain(item: unknown): unknown;
  close(): MaybePromise<void>;
}
