export { isMetacacheError, MetacacheError, type ErrorCode } from "./base/errors.ts";
export { attachMetadataCache, type AttachedCache, type AttachedStatistics } from "./threads/attached-cache.ts";
export type { MetadataCacheCalls, QueryAnswer, ReadOptions, WaitOptions, WriteReport } from "./query/cache-calls.ts";
export type { CacheHandle } from "./threads/cache-share.ts";
