import { listSourceTree, type ListingSettings, type SourceTree } from "../../../extraction/tree/source-tree.ts";
import { runGit } from "../../../extraction/tree/run-git.ts";

/** The files that exist in a tree, with or without a record. */
export interface ListedFiles {
  readonly paths: readonly string[];
  /** Folders that are repositories of their own. */
  readonly closed: readonly string[];
}

/**
 * Lists the tree as indexing does, without the files that git tracks and that are gone. Files
 * outside of a sparse checkout do not count as gone.
 */
export async function listFiles(root: string, settings: ListingSettings): Promise<ListedFiles> {
  return withoutRemoved(root, await listSourceTree(root, settings), settings);
}

/** Does the same for an existing listing. */
export async function withoutRemoved(root: string, listing: SourceTree, settings: ListingSettings): Promise<ListedFiles> {
  const { method, paths, skipped } = listing;
  const removed = method === "git" ? await removedFiles(root, settings) : new Set();
  const closed = skipped.filter(({ reason }) => reason === "submodule" || reason === "nested-repository").map(({ path }) => path);
  return { paths: [...paths, ...skipped.map(({ path }) => path)].filter((path) => !removed.has(path)), closed };
}

/**
 * Returns the files that git tracks and does not find on disk. Returns none if git does not answer.
 */
async function removedFiles(root: string, settings: ListingSettings): Promise<ReadonlySet<string>> {
  const { code, stdout } = await runGit(root, ["ls-files", "--deleted", "-z"], settings);
  return new Set(code === 0 ? stdout.toString("utf8").split("\0") : []);
}
