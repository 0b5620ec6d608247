import type { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { MetadataQuery } from "../../src/query/metadata-query.ts";

/**
 * Checks and plans queries once, for `cache.query`. `undefined` if the cache cannot prepare
 * queries.
 */
export function preparing(cache: MetadataCache): ((query: MetadataQuery) => MetadataQuery) | undefined {
  const { prepare } = cache as { readonly prepare?: (this: MetadataCache, query: MetadataQuery) => MetadataQuery };
  return prepare === undefined ? undefined : (query) => prepare.call(cache, query);
}
