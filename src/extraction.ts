export { indexSourceTree, type IndexOptions } from "./extraction/run/index-source-tree.ts";
export type { IndexReport } from "./extraction/run/index-report.ts";
export type { IndexProgress } from "./extraction/run/index-run.ts";
export type { ExtractedContent, FinishedRun, KnownFile, NotedState, RecordSink, SourceNotes } from "./extraction/run/record-sink.ts";
export type { SkippedPath, SkipReason } from "./extraction/run/skip-reason.ts";
export type { Clock, TimerPurpose } from "./base/clock.ts";
export type { Logger } from "./base/logger.ts";
export type {
  ChangeHistoryEntry,
  ClassKind,
  ClassMetadata,
  DocSections,
  ExtractionProblem,
  FileMetadata,
  FileReference,
  FunctionKind,
  FunctionMetadata,
  HeaderSections,
  Heading,
  LineRange,
  ProblemKind,
  Reference,
  ReferenceForm,
  ReferenceKind,
  SymbolKind,
  SymbolMetadata,
} from "./record/file-metadata.ts";
export type { ProjectPath } from "./record/project-path.ts";
export type { AttachedTree, NotedChange, TreeAttachment, TreeFreshness, TreeStatus } from "./calls/tree-freshness.ts";
export { watchSourceTree, type WatchedTree } from "./watch/watch-source-tree.ts";
export type { WatchBatch, WatchOptions } from "./watch/watch-options.ts";
export type { WatchedCache } from "./watch/watched-cache.ts";
export type { WaitOptions } from "./calls/cache-calls.ts";
