import { chmodSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { MapSink } from "./map-sink.ts";
import { runIndex } from "./run-index.ts";

/**
 * A program for a user whom permissions bind: indexes the tree given first, touches the paths given
 * after it and takes its own right to them, indexes again, and prints what the second run found.
 */
const [root = "", ...paths] = process.argv.slice(2);
const sink = new MapSink();
await runIndex(root, sink);
for (const path of paths) {
  chmodSync(join(root, path), 0o000);
  utimesSync(join(root, path), 1_000, 1_000);
}
const { report } = await runIndex(root, sink);
for (const path of paths) chmodSync(join(root, path), 0o700);
console.log(JSON.stringify({ method: report.method, removed: report.removed, skipped: report.skipped, paths: sink.paths }));
