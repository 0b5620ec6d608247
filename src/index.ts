export { systemClock } from "./base/clock.ts";
export {
  ComponentNotInitializedError,
  ConfigError,
  DatabaseUnavailableError,
  isMetacacheError,
  MetacacheError,
  type DatabaseFault,
  type ErrorCode,
  type MetacacheErrorOptions,
} from "./base/errors.ts";
export type { Logger } from "./base/logger.ts";
export type { DiagnosticsMessage, LoadMessage, SyncMessage } from "./cache/statistics/cache-diagnostics.ts";
export type { CacheCounters, CacheStatistics } from "./cache/statistics/cache-statistics.ts";
export type { LatencyBucket, LatencySummary } from "./cache/statistics/latency-histogram.ts";
export { MemoryCacheComponent } from "./cache/memory-cache-component.ts";
export type { CacheOptions } from "./cache/cache-options.ts";
export type { MetadataCache } from "./cache/metadata-cache.ts";
export type { TermCount } from "./cache/statistics/term-counts.ts";
export type { AttachedTree, NotedChange, TreeAttachment, TreeFreshness, TreeStatus } from "./calls/tree-freshness.ts";
export type { CacheHandle, ShareGauges } from "./threads/owner/cache-share.ts";
export type { SourceLog, TouchedFile } from "./cache/writing/source-log.ts";
export { openMetadataCache, type OpenMetadataCacheOptions, type OptionalConfig } from "./cache/opening/open-metadata-cache.ts";
export { ComponentRegistry, type RegistryState } from "./component/component-registry.ts";
export type { Component } from "./component/component.ts";
export type { InitializationContext } from "./component/initialization-context.ts";
export {
  resolveConfig,
  type ConfigSources,
  type DatabaseSetting,
  type MetacacheConfig,
  type ProjectFile,
  type NameSetting,
} from "./config/config-sources.ts";
export type { CheckConfig, CheckHeaderSection, CheckRuleConfig, CheckRuleName } from "./config/check-config.ts";
export type { IndexingConfig } from "./config/indexing-config.ts";
export { parseMemoryCacheConfig, type EvictionStrategyName, type MemoryCacheConfig } from "./config/memory-cache-config.ts";
export { DatabaseComponent, type OpenDatabase } from "./database/database-component.ts";
export type {
  ChangeBatch,
  CopyReceipt,
  DatabaseDescription,
  KnownRevisions,
  MetadataDatabase,
  ProjectDescription,
  ProjectStore,
  RowBatch,
  StorePosition,
  ScannedParts,
  StoreScan,
  StoredChange,
  StoredRow,
  WriteReceipt,
} from "./database/metadata-database.ts";
export type { BegunRun, CompleteRun, SkippedFile, SourceRuns, SourceStore } from "./database/source-store.ts";
export { openPostgresDatabase, type PostgresDatabaseOptions } from "./database/postgres/open-postgres-database.ts";
export { openSqliteDatabase, type SqliteDatabaseOptions } from "./database/sqlite/open-sqlite-database.ts";
export { parseFileMetadata } from "./record/parsing/parse-file-metadata.ts";
export { parseProjectPath } from "./record/project-path.ts";
export type { QueriedIndex } from "./record/terms.ts";
export type { CriterionEncoding } from "./query/criterion.ts";
export type { PatternMatching } from "./query/pattern/path-pattern.ts";
export type { QueryPurpose } from "./query/plan.ts";
export type { ExplainedCriterion, ExplainOptions, QueryExplanation } from "./query/query-explanation.ts";
export type { Departures } from "./storage/cache-storage.ts";
export type { LoadProgress, SyncReport } from "./sync/database-synchronizer.ts";
export type { SyncCounts } from "./sync/sync-sink.ts";
export type { SharedRecordsMemory } from "./threads/protocol/shared-records.ts";
export type {
  CheckpointHeader,
  CheckpointPosition,
  CheckpointStore,
  NewCheckpoint,
  StoredCheckpoint,
} from "./database/checkpoint-store.ts";
export type { RevisionTime, TombstoneStore } from "./database/tombstone-store.ts";
export type { CopiedFile, ExtractionStore, FileToCopy, OwnFacts, SiblingIndex } from "./database/extraction-store.ts";
export type * from "./calls/public-types.ts";
export type * from "./record/public-types.ts";
export type { Fingerprint, NotedState } from "./record/fingerprint.ts";
