export { isMetacacheError, MetacacheError, type ErrorCode, type MetacacheErrorOptions } from "./base/errors.ts";
export { attachMetadataCache, type AttachedCache, type AttachedStatistics, type AttachOptions } from "./threads/reader/attached-cache.ts";
export type { RememberedStatistics } from "./threads/reader/shared-records-reader.ts";
export type { CacheHandle } from "./threads/owner/cache-share.ts";
export type { SharedRecordsMemory } from "./threads/protocol/shared-records.ts";
export type * from "./calls/public-types.ts";
export type * from "./record/public-types.ts";
