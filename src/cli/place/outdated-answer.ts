import type { MetadataCache } from "../../cache/metadata-cache.ts";
import { findOutdated, type OutdatedFile } from "./outdated-files.ts";

/**
 * Which files of an answer have changed or gone since they were indexed; none for a project without
 * a folder here. Reads their records.
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
