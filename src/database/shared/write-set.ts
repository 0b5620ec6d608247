import { MetacacheError } from "../../base/errors.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";

/** What one write stores and removes. Each path occurs once: stored or removed. */
export interface WriteSet {
  readonly records: ReadonlyMap<ProjectPath, FileMetadata>;
  readonly removed: ReadonlySet<ProjectPath>;
}

/**
 * If several records have the same path, the last one counts. Throws `E_RECORD` if a path is to be
 * both stored and removed.
 */
export function writeSetOf(put: readonly FileMetadata[], remove: readonly ProjectPath[]): WriteSet {
  const records = new Map(put.map((record) => [record.path, record]));
  const removed = new Set(remove);
  for (const path of removed) {
    if (records.has(path))
      throw new MetacacheError("E_RECORD", `${JSON.stringify(path)} is both stored and removed in one write`, { remedy: "choose one" });
  }
  return { records, removed };
}
