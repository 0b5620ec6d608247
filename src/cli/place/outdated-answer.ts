import type { MetadataCache } from "../../cache/metadata-cache.ts";
import { findOutdated, type OutdatedFile } from "./outdated-files.ts";

/**
 * Returns the files of an answer that have changed or are gone since they were indexed. Returns an
 * empty list if the project has no folder on this machine. Reads the records of the files.
 */
export async function outdatedAmong(
  root: string | undefined,
  cache: MetadataCache,
  paths: Iterable<string>,
): Promise<readonly OutdatedFile[]> {
  if (root === undefined) return [];
  const records = await Promise.all([...new Set(paths)].map(async (path) => cache.getMetadata(path)));
  const files = records.filter((record) => record !== undefined);
  const digests = new Map(files.map(({ path, digest }) => [path as string, digest]));
  return findOutdated(root, files, async (path) => digests.get(path));
}
