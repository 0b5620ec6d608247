import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openMetadataCache } from "../../src/index.ts";
import { watchSourceTree } from "../../src/extraction.ts";

// Awaits an answer, and ends without closing anything.
const [root = ""] = process.argv.slice(2);
const cache = await openMetadataCache({ project: root });
await watchSourceTree(root, cache);
writeFileSync(join(root, "a.ts"), "export function second() {}\n");
console.log((await cache.getMetadata("a.ts", { consistency: "tree" }))?.functions[0]?.name);
