import type { Clock } from "../../base/clock.ts";
import type { MetadataCache } from "../../cache/metadata-cache.ts";
import { listFiles } from "../../check/run/git/listed-files.ts";

/** The files of a project by their paths. */
export interface ProjectFiles {
  /** Files with a record. */
  readonly recorded: ReadonlySet<string>;
  /**
   * Files that exist without a record: images, files that are too large, and files that are left
   * out.
   */
  readonly others: ReadonlySet<string>;
  /** Folders that are repositories of their own. */
  readonly closed: readonly string[];
}

/** Reads the paths of all files. Costs a list of the tree by git. */
export async function readProjectFiles(
  root: string,
  cache: MetadataCache,
  settings: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<ProjectFiles> {
  const { paths, closed } = await listFiles(root, settings);
  const recorded = new Set<string>(cache.paths({}));
  return { recorded, others: new Set(paths.filter((path) => !recorded.has(path))), closed };
}
