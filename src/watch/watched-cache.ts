import type { AttachedTree, TreeAttachment } from "../calls/tree-freshness.ts";
import type { RecordSink } from "../extraction/run/record-sink.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";

/** What a watcher needs of a cache. A `MetadataCache` is one. */
export interface WatchedCache extends RecordSink {
  /** The revision that the cache is at. */
  readonly revision: number;
  /** The record of a path, if there is one. */
  getMetadata(path: string): Promise<FileMetadata | undefined>;
  /** The paths below a folder. */
  paths(query: { readonly pathPrefix: string; readonly limit?: number }): readonly ProjectPath[];
  /** Connects the cache with its watcher. */
  attachTree(tree: AttachedTree): TreeAttachment;
}

export const WATCHED_CACHE_METHODS: readonly (keyof WatchedCache)[] = [
  "attachTree",
  "fingerprints",
  "getMetadata",
  "paths",
  "remove",
  "update",
];
