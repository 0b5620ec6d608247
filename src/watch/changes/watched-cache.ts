import type { AttachedTree, TreeAttachment } from "../../calls/tree-freshness.ts";
import type { RecordSink } from "../../extraction/run/record-sink.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";

/** The part of a cache that a watcher uses. `MetadataCache` implements it. */
export interface WatchedCache extends RecordSink {
  /** The present revision of the cache. */
  readonly revision: number;
  /** Returns the record of a path, or `undefined` if there is no record. */
  getMetadata(path: string): Promise<FileMetadata | undefined>;
  /** Returns the paths that begin with `pathPrefix`. */
  paths(query: { readonly pathPrefix: string; readonly limit?: number }): readonly ProjectPath[];
  /** Connects the cache with its watcher. A cache has at most one watcher. */
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
