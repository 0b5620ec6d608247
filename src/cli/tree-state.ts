import type { MetadataCache } from "../cache/metadata-cache.ts";
import type { ResolvedProject } from "../cache/resolve-project.ts";
import type { Finding } from "../database/metadata-database.ts";
import { counted } from "./output.ts";
import { findOutdated, INDEX_AGAIN, type OutdatedFile } from "./outdated-files.ts";

/** How far the files of the tree are from their records now. */
export interface TreeState {
  readonly changed: number;
  readonly gone: number;
  readonly outdated: readonly OutdatedFile[];
}

/** Looks at every file that has a record; `undefined` for a project without a folder here. Costs one `lstat` a file. */
export async function examineTree({ root }: ResolvedProject, cache: MetadataCache): Promise<TreeState | undefined> {
  if (root === undefined) return undefined;
  const { items } = await cache.query({ select: ["path", "size", "modifiedAt"] });
  let digests: Promise<ReadonlyMap<string, string>> | undefined;
  const outdated = await findOutdated(root, items, async (path) => {
    digests ??= readDigests(cache);
    return (await digests).get(path);
  });
  const changed = outdated.filter(({ state }) => state === "changed").length;
  return { changed, gone: outdated.length - changed, outdated };
}

/** One read of the database for all. */
async function readDigests(cache: MetadataCache): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  for await (const page of cache.fingerprints()) for (const { path, digest } of page) digests.set(path, digest);
  return digests;
}

/** What is wrong with an index whose files have moved on; nothing if none has. */
export function treeFindings(tree: TreeState | undefined): readonly Finding[] {
  if (tree === undefined || tree.outdated.length === 0) return [];
  return [{ problem: `the index is out of date: ${describeTree(tree)}`, remedy: INDEX_AGAIN }];
}

export function describeTree({ changed, gone }: TreeState): string {
  return `${counted(changed, "file")} changed and ${gone} gone since they were indexed`;
}
