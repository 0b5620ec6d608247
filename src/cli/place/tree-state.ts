import { join, relative, sep } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { type Finding, finding } from "../../base/finding.ts";
import type { ResolvedProject } from "../../cache/opening/resolve-project.ts";
import type { SourceStore } from "../../database/source-store.ts";
import { lookAt } from "../../files/open-databases.ts";
import { counted } from "../../base/text/words.ts";
import { findOutdated, INDEX_AGAIN, type OutdatedFile } from "./outdated-files.ts";
import type { StoredFile } from "./stored-files.ts";

/** The differences between the files of the tree and their records. */
export interface TreeState {
  readonly changed: number;
  readonly gone: number;
  readonly outdated: readonly OutdatedFile[];
  /** Files of the tree that have no record, and that no run has skipped. */
  readonly added: readonly string[];
}

/**
 * Compares the tree with `files`, the files of all records. Returns `undefined` if the project has
 * no folder on this machine. Costs one `lstat` per file, plus listing the tree.
 */
export async function examineTree(
  project: ResolvedProject,
  files: readonly StoredFile[],
  source: SourceStore,
): Promise<TreeState | undefined> {
  const { root } = project;
  if (root === undefined) return undefined;
  let digests: ReadonlyMap<string, string> | undefined;
  const outdated = await findOutdated(root, files, async (path) => {
    digests ??= new Map(files.map((file) => [file.path, file.digest]));
    return digests.get(path);
  });
  const changed = outdated.filter(({ state }) => state === "changed").length;
  const known = new Set<string>(files.map(({ path }) => path));
  return { changed, gone: outdated.length - changed, outdated, added: await findAdded(project, root, source, known) };
}

/**
 * Returns the files of the tree that the index does not know. Returns an empty list if that cannot
 * be known: no run has read the whole tree, or the list of skipped files was too long to be stored
 * whole.
 */
async function findAdded(
  project: ResolvedProject,
  root: string,
  source: SourceStore,
  known: ReadonlySet<string>,
): Promise<readonly string[]> {
  const complete = (await source.runs())?.complete;
  if (complete === undefined) return [];
  const skipped = new Set((await source.skippedFiles()).map(({ path }) => path));
  if (skipped.size < complete.skipped) return [];
  const { listSourceTree } = await import("../../extraction/tree/source-tree.ts");
  const { exclude } = project.config.indexing;
  const { paths } = await listSourceTree(root, { clock: systemClock, exclude });
  const own = project.database.kind === "sqlite" ? relative(root, project.database.file).split(sep).join("/") : undefined;
  const isOwn = (path: string): boolean => path.replace(/-(?:wal|shm|journal)$/, "") === own;
  return paths.filter((path) => !known.has(path) && !skipped.has(path) && !isOwn(path) && lookAt(join(root, path))?.isFile() === true);
}

export function isInStep({ outdated, added }: TreeState): boolean {
  return outdated.length + added.length === 0;
}

/** Returns a finding if files have changed since they were indexed, otherwise an empty list. */
export function treeFindings(tree: TreeState | undefined): readonly Finding[] {
  if (tree === undefined || isInStep(tree)) return [];
  return [finding("TREE_OUTDATED", `the index is out of date: ${describeTree(tree)}`, { remedy: INDEX_AGAIN })];
}

export function describeTree({ changed, gone, added }: TreeState): string {
  return `${counted(changed, "file")} changed, ${gone} gone and ${added.length} new since the tree was indexed`;
}
