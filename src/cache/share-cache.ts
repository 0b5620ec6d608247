import { callHarmlessly } from "../base/call-harmlessly.ts";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { MemoryCacheConfig } from "../config/memory-cache-config.ts";
import type { FileMetadataInput } from "../model/file-metadata.ts";
import type { MetadataCacheCalls, ReadOptions, WaitOptions } from "../query/cache-calls.ts";
import type { MetadataQuery } from "../query/metadata-query.ts";
import { CacheShare } from "../threads/cache-share.ts";
import type { SharedSource, StateObserver } from "../threads/shared-source.ts";
import type { Method } from "../threads/thread-messages.ts";
import type { CacheState } from "./cache-state.ts";

/** What is shared, and what calls do otherwise for another thread. */
export interface ToShare {
  readonly cache: MetadataCacheCalls;
  readonly state: CacheState;
  readonly config: MemoryCacheConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What cannot be answered at once in the owner's thread may wait for this in another one. */
  readonly catchUp: () => Promise<void>;
  /** Keeps no process alive: the thread that waits does. */
  readonly waitForRevision: (revision: number, options: WaitOptions) => Promise<void>;
}

/**
 * Begins to share a cache: from now on its state tells the share of everything that happens to it. If the share cannot follow (there is no
 * memory left), it ends, and the cache goes on: its readers find it closed.
 */
export function shareCache(shared: ToShare): CacheShare {
  const { cache, state, clock, logger } = shared;
  const { sharedBytes, staleAfterSeconds } = shared.config;
  const source: SharedSource = {
    project: cache.project,
    get revision() {
      return state.revision;
    },
    get confirmedAt() {
      return state.isDistrusted ? 0 : state.confirmedAt.now;
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
    call: (method, args) => call(shared, method, args),
  };
  const share = new CacheShare(source, { recordBytes: sharedBytes, staleAfterMs: staleAfterSeconds * 1_000 }, clock, logger);
  const end = (error: unknown): void => {
    state.observer = undefined;
    share.close();
    logger.error(`sharing: the cache cannot be shared any longer, its readers find it closed: ${messageOf(error)}`);
  };
  state.observer = guarded(share, end);
  return share;
}

/** What happened to the cache has happened: that it cannot be told fails nothing but the share. */
function guarded(share: CacheShare, onFailure: (error: unknown) => void): StateObserver {
  return {
    changed: (changes) => callHarmlessly(() => share.changed(changes), onFailure),
    replaced: () => callHarmlessly(() => share.replaced(), onFailure),
    admitted: (record, revision) => callHarmlessly(() => share.admitted(record, revision), onFailure),
    confirmed: () => callHarmlessly(() => share.confirmed(), onFailure),
  };
}

/** The owner's calls by their names: what they are given is checked by themselves, as in any thread. */
async function call({ cache, catchUp, waitForRevision }: ToShare, method: Method, [first, second]: readonly unknown[]): Promise<unknown> {
  switch (method) {
    case "getMetadata":
      return cache.getMetadata(first as string, second as ReadOptions);
    case "query":
      return cache.query(first as MetadataQuery, second as ReadOptions);
    case "paths":
      await catchUp();
      return cache.paths(first as MetadataQuery);
    case "count":
      await catchUp();
      return cache.count(first as MetadataQuery);
    case "update":
      return cache.update(first as FileMetadataInput);
    case "remove":
      return cache.remove(first as string);
    case "syncWithDatabase":
      return cache.syncWithDatabase();
    case "waitForRevision":
      return waitForRevision(first as number, second as WaitOptions);
    case "verify":
      return cache.verify();
  }
}
