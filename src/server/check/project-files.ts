import type { Clock } from "../../base/clock.ts";
import type { MetadataCache } from "../../cache/metadata-cache.ts";
import { listFiles } from "../../check/run/listed-files.ts";

/** The files of a project by their paths. */
export interface ProjectFiles {
  /** Those with a record. */
  readonly recorded: ReadonlySet<string>;
  /** Those that exist without one: images, files that are too large or left out. */
  readonly others: ReadonlySet<string>;
  /** Folders that are repositories of their own. */
  readonly closed: readonly string[];
}

/** Cost: a list of the tree by git. */
export async function readProjectFiles(
  root: string,
  cache: MetadataCache,
  settings: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<ProjectFiles> {
  const { paths, closed } = await listFiles(root, settings);
  const recorded = new Set<string>(cache.paths({}));
  return { recorded, others: new Set(paths.filter((path) => !recorded.has(path))), closed };
}
