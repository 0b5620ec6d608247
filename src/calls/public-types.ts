// The types that the calls of a cache mention. They are the same in the thread that owns the cache
// and in every other thread.
export type { Clock, TimerPurpose } from "../base/clock.ts";
export type { Finding, FindingCode } from "../base/finding.ts";
export type { MetadataQuery, OrderBy, OrderField, TermCriterion, TermPrefix } from "../query/metadata-query.ts";
export type { PreparedMetadataQuery } from "../query/prepared-query.ts";
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
} from "../query/references/references-query.ts";
export type { FoundSymbol, NameLike, NamePrefix, SymbolName, SymbolOrder, SymbolQuery } from "../query/symbols/symbol-query.ts";
export type { CitedPlace } from "../record/cited-places.ts";
export type { FileMetadataInput, MetadataField, OptionalList } from "../record/file-metadata.ts";
export type { AnySymbolKind } from "../record/symbols.ts";
export type { CitingForm } from "../references/normal-target.ts";
export type { Dangling } from "../references/resolve.ts";
export type { MetadataCacheCalls, QueryAnswer, ReadOptions, WaitOptions, WriteReport } from "./cache-calls.ts";
export type { ReferenceCalls } from "./reference-calls.ts";
export type { AnswerFreshness, ProvedAnswer } from "./tree-freshness.ts";
