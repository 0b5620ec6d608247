import { openMetadataCache } from "../../src/index.ts";
import { watchSourceTree } from "../../src/extraction.ts";

// Watches a tree, and answers each message with the functions of every file.
const [root = ""] = process.argv.slice(2);
const cache = await openMetadataCache({ project: root });
const watcher = await watchSourceTree(root, cache);
process.send?.("begun");
process.on("message", () => void answer());
process.on("disconnect", () => void cache.shutdown());

async function answer(): Promise<void> {
  const { items, tree } = await cache.query({}, { consistency: "tree", timeoutMs: 60_000 });
  const files = items.map(({ path, functions }) => `${path} ${functions.map(({ name }) => name).join(" ")}`);
  process.send?.({ fresh: tree?.fresh, files, overflows: watcher.status().overflows, looks: watcher.status().looks });
}
