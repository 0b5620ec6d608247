export { isMetacacheError, MetacacheError, type ErrorCode } from "./base/errors.ts";
export { attachMetadataCache, type AttachedCache, type AttachedStatistics, type AttachOptions } from "./threads/reader/attached-cache.ts";
export type { AnswerFreshness } from "./calls/tree-freshness.ts";
export type { MetadataCacheCalls, QueryAnswer, ReadOptions, WaitOptions, WriteReport } from "./calls/cache-calls.ts";
export type { RememberedStatistics } from "./threads/reader/shared-records-reader.ts";
export type { CacheHandle } from "./threads/owner/cache-share.ts";
export type { FoundSymbol, SymbolQuery } from "./query/symbols/symbol-query.ts";
export type {
  DanglingAnswer,
  DanglingReference,
  OrphansAnswer,
  OrphansQuery,
  ReferenceDirection,
  ReferencesAnswer,
  ReferencesQuery,
  RelatedFile,
} from "./query/references/references-query.ts";
export type { CitedPlace } from "./record/cited-places.ts";
export type { CitingForm } from "./references/normal-target.ts";
export type { Dangling } from "./references/resolve.ts";
