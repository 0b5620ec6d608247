import type { FileMetadataInput } from "../record/file-metadata.ts";
import type { ReadOptions, WaitOptions } from "../calls/cache-calls.ts";
import type { OrphansQuery, ReferencesQuery } from "../query/references/references-query.ts";
import type { MetadataQuery } from "../query/metadata-query.ts";
import type { SymbolQuery } from "../query/symbols/symbol-query.ts";
import type { OwnerCall } from "../threads/owner/cache-share.ts";
import type { CacheWrites } from "./writing/cache-writes.ts";
import type { MetadataCache } from "./metadata-cache.ts";
import { waitForRevision, type WaitParts } from "./reading/wait-for-revision.ts";

/**
 * Returns the function that runs a call of another thread on the owner's cache. The methods check
 * their arguments themselves, as in any thread.
 */
export function ownerCalls(cache: MetadataCache, writes: CacheWrites, parts: WaitParts): OwnerCall {
  return async (method, [first, second]) => {
    switch (method) {
      case "getMetadata":
        return cache.getMetadata(first as string, second as ReadOptions);
      case "query":
        return cache.query(first as MetadataQuery, second as ReadOptions);
      case "symbols":
        return cache.symbols(first as SymbolQuery, second as ReadOptions);
      case "references":
        return cache.references(first as ReferencesQuery, second as ReadOptions);
      case "danglingReferences":
        return cache.danglingReferences(first as ReadOptions);
      case "orphanDocuments":
        return cache.orphanDocuments(first as OrphansQuery, second as ReadOptions);
      case "paths":
        // The call cannot wait in the owner's thread, but it can wait in another thread.
        await writes.catchUp();
        return cache.paths(first as MetadataQuery);
      case "count":
        await writes.catchUp();
        return cache.count(first as MetadataQuery);
      case "update":
        return cache.update(first as FileMetadataInput);
      case "remove":
        return cache.remove(first as string);
      case "syncWithDatabase":
        return cache.syncWithDatabase();
      case "waitForRevision":
        // The timer does not keep the owner's process alive: the waiting thread does.
        return waitForRevision(parts, first as number, second as WaitOptions, "background");
      case "verify":
        return cache.verify();
    }
  };
}
