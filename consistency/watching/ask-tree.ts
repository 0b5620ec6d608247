import { watchSourceTree } from "../../src/extraction.ts";
import { openMetadataCache } from "../../src/index.ts";

// A second process that watches the same tree with the same database. It answers each message with
// what it knows of every file.
const [root = ""] = process.argv.slice(2);
const cache = await openMetadataCache({ project: root });
await watchSourceTree(root, cache);
process.send?.("begun");
process.on("message", () => void answer());
process.on("disconnect", () => void cache.shutdown().then(() => process.exit()));

async function answer(): Promise<void> {
  const { items, tree } = await cache.query({ select: ["path", "digest"] }, { consistency: "tree", timeoutMs: 60_000 });
  process.send?.({ tree, files: items.map(({ path, digest }) => [path, digest]) });
}
