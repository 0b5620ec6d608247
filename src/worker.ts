export { isMetacacheError, MetacacheError, type ErrorCode, type MetacacheErrorOptions } from "./base/errors.ts";
export { attachMetadataCache, type AttachedCache, type AttachedStatistics, type AttachOptions } from "./threads/reader/attached-cache.ts";
export type { AnswerFreshness, ProvedAnswer } from "./calls/tree-freshness.ts";
export type { MetadataCacheCalls, QueryAnswer, ReadOptions, WaitOptions, WriteReport } from "./calls/cache-calls.ts";
export type { RememberedStatistics } from "./threads/reader/shared-records-reader.ts";
export type { CacheHandle } from "./threads/owner/cache-share.ts";
export type { FoundSymbol, NameLike, NamePrefix, SymbolName, SymbolOrder, SymbolQuery } from "./query/symbols/symbol-query.ts";
export type {
  AnswerState,
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
export type { Clock, TimerPurpose } from "./base/clock.ts";
export type { Finding, FindingCode } from "./base/finding.ts";
export type { MetadataQuery, OrderBy, OrderField, TermCriterion, TermPrefix } from "./query/metadata-query.ts";
export type { PreparedMetadataQuery } from "./query/prepared-query.ts";
export type {
  ChangeHistoryEntry,
  ClassKind,
  ClassMetadata,
  DocSections,
  ExtractionProblem,
  FileMetadata,
  FileMetadataInput,
  FileReference,
  FunctionKind,
  FunctionMetadata,
  HeaderSections,
  Heading,
  LineRange,
  MetadataField,
  OptionalList,
  ProblemKind,
  Reference,
  ReferenceForm,
  ReferenceKind,
  SymbolKind,
  SymbolMetadata,
} from "./record/file-metadata.ts";
export type { ProjectPath } from "./record/project-path.ts";
export type { SharedRecordsMemory } from "./threads/protocol/shared-records.ts";
export type { ReferenceCalls } from "./calls/reference-calls.ts";
export type { AnySymbolKind } from "./record/symbols.ts";
