import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { MemoryCacheConfig } from "../config/memory-cache-config.ts";
import type { FileMetadataInput } from "../model/file-metadata.ts";
import type { MetadataCacheCalls, ReadOptions, WaitOptions } from "../query/cache-calls.ts";
import type { MetadataQuery } from "../query/metadata-query.ts";
import { CacheShare } from "../threads/cache-share.ts";
import type { SharedSource } from "../threads/shared-source.ts";
import type { Method } from "../threads/thread-messages.ts";
import type { CacheState } from "./cache-state.ts";

/** Begins to share a cache: from now on its state tells the share of everything that happens to it. */
export function shareCache(
  cache: MetadataCacheCalls,
  state: CacheState,
  { sharedBytes, staleAfterSeconds }: MemoryCacheConfig,
  clock: Clock,
  logger: Logger,
): CacheShare {
  const source: SharedSource = {
    project: cache.project,
    get revision() {
      return state.revision;
    },
    get confirmedAt() {
      return state.confirmedAt.now;
    },
    get unreadable() {
      return state.unreadable;
    },
    get index() {
      return state.index;
    },
    *residents() {
      for (const [, record] of state.storage.residents()) yield record;
    },
    peek: (path) => state.storage.peekByPath(path),
    revisionOf: (path) => state.revisionOf(path),
    call: (method, args) => call(cache, method, args),
  };
  const share = new CacheShare(source, { recordBytes: sharedBytes, staleAfterMs: staleAfterSeconds * 1_000 }, clock, logger);
  state.observer = share;
  return share;
}

/** The owner's calls by their names: what they are given is checked by themselves, as in any thread. */
async function call(cache: MetadataCacheCalls, method: Method, [first, second]: readonly unknown[]): Promise<unknown> {
  switch (method) {
    case "getMetadata":
      return cache.getMetadata(first as string, second as ReadOptions);
    case "query":
      return cache.query(first as MetadataQuery, second as ReadOptions);
    case "paths":
      return cache.paths(first as MetadataQuery);
    case "count":
      return cache.count(first as MetadataQuery);
    case "update":
      return cache.update(first as FileMetadataInput);
    case "remove":
      return cache.remove(first as string);
    case "syncWithDatabase":
      return cache.syncWithDatabase();
    case "waitForRevision":
      return cache.waitForRevision(first as number, second as WaitOptions);
    case "verify":
      return cache.verify();
  }
}
