export { indexSourceTree, type IndexOptions } from "./extraction/run/index-source-tree.ts";
export type { IndexReport } from "./extraction/run/index-report.ts";
export type { IndexProgress } from "./extraction/run/index-run.ts";
export type { KnownFile, RecordSink } from "./extraction/run/record-sink.ts";
export type { SkippedPath, SkipReason } from "./extraction/run/skip-reason.ts";
export type { AttachedTree, NotedChange, TreeAttachment, TreeFreshness, TreeStatus } from "./calls/tree-freshness.ts";
export { watchSourceTree, type WatchedTree } from "./watch/watch-source-tree.ts";
export type { WatchBatch, WatchOptions } from "./watch/watch-options.ts";
export type { WatchedCache } from "./watch/watched-cache.ts";
