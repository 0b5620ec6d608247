import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import type { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { watchSourceTree, type WatchedTree } from "../../src/watch/watch-source-tree.ts";
import type { WatchOptions } from "../../src/watch/watch-options.ts";
import { TemporaryTree } from "../extraction/temporary-tree.ts";

export interface Watched {
  readonly tree: TemporaryTree;
  readonly cache: MetadataCache;
  readonly watcher: WatchedTree;
  /** Each file and its functions, as an answer that waits has them. */
  files(): Promise<Readonly<Record<string, readonly string[]>>>;
}

/** A new tree, of git's or not, that is removed when the test ends. */
export function newTree(kind: "git" | "plain" = "git"): TemporaryTree {
  const tree = new TemporaryTree();
  onTestFinished(() => tree[Symbol.dispose]());
  if (kind === "git") tree.git("init", "--quiet", "--initial-branch=main");
  return tree.write("a.ts", functionNamed("first"));
}

export async function watching(tree: TemporaryTree, options: WatchOptions = {}): Promise<Watched> {
  const cache = await openMetadataCache({ project: tree.root });
  onTestFinished(() => cache.shutdown());
  const watcher = await watchSourceTree(tree.root, cache, options);
  return { tree, cache, watcher, files: () => filesOf(cache) };
}

/** Fails if the answer is not proved. */
export async function filesOf(cache: MetadataCache): Promise<Readonly<Record<string, readonly string[]>>> {
  const { items, tree } = await cache.query({}, { consistency: "tree", timeoutMs: 60_000 });
  if (tree?.fresh !== true) throw new TypeError(`not proved: ${JSON.stringify(tree)}`);
  return functionsOf(items);
}

function functionsOf(items: readonly FileMetadata[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(items.map(({ path, functions }) => [path, functions.map(({ name }) => name)]));
}

export function functionNamed(name: string): string {
  return `export function ${name}() {}\n`;
}

export function databaseOf(tree: TemporaryTree): string {
  return join(tree.root, ".metacache", "metadata.db");
}
