export { indexSourceTree, type IndexOptions } from "./extraction/index-source-tree.ts";
export type { IndexReport } from "./extraction/index-report.ts";
export type { IndexProgress } from "./extraction/index-run.ts";
export type { KnownFile, RecordSink } from "./extraction/record-sink.ts";
export type { SkippedPath, SkipReason } from "./extraction/skip-reason.ts";
