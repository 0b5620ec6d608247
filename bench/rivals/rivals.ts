import { HandWrittenIndex } from "./hand-written-index.ts";
import { LokiRival } from "./loki-rival.ts";
import { LruCacheRival } from "./lru-cache-rival.ts";
import { PlanRival } from "./plan.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { MaybePromise } from "./rival.ts";
import { RxdbRival } from "./rxdb-rival.ts";
import { SqliteRival } from "./sqlite-rival.ts";
import { TanStackRival } from "./tanstack-rival.ts";

/**
 * Every rival. A new rival is a new file and one line in both of these. Each row takes the rivals
 * that have its call.
 */
export interface Rivals {
  readonly handWritten: HandWrittenIndex;
  readonly lruCache: LruCacheRival;
  readonly sqlite: SqliteRival;
  readonly loki: LokiRival;
  readonly tanstack: TanStackRival;
  readonly rxdb: RxdbRival;
  readonly plan: PlanRival;
}

export const RIVALS: { readonly [N in keyof Rivals]: (records: readonly FileMetadata[], directory: string) => MaybePromise<Rivals[N]> } = {
  handWritten: (records) => new HandWrittenIndex(records),
  lruCache: (records) => new LruCacheRival(records),
  sqlite: (records, directory) => new SqliteRival(records, directory),
  loki: (records) => new LokiRival(records),
  tanstack: (records) => TanStackRival.open(records),
  rxdb: (records) => RxdbRival.open(records),
  plan: (records) => new PlanRival(records),
};
