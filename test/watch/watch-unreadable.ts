import { chmodSync } from "node:fs";
import { join } from "node:path";
import { openMetadataCache } from "../../src/index.ts";
import { watchSourceTree } from "../../src/extraction.ts";

// A program for a user whom permissions bind. It watches the tree, takes its own right to one file
// away and gives it back, and prints each time what the watcher can prove.
const [root = "", path = ""] = process.argv.slice(2);
await using cache = await openMetadataCache({ project: root });
await using watcher = await watchSourceTree(root, cache);
const proofs = [];
for (const mode of [0o000, 0o600]) {
  chmodSync(join(root, path), mode);
  const { revision: _, ...proof } = await watcher.settled({ timeoutMs: 60_000 });
  proofs.push({ ...proof, paths: cache.paths({}) });
}
console.log(JSON.stringify(proofs));
