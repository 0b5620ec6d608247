import { indexSourceTree } from "../../src/extraction/run/index-source-tree.ts";
import { MapSink } from "./map-sink.ts";

// Indexes the tree that is given, and prints the most memory that the process had.
const [root = "."] = process.argv.slice(2);
const { added } = await indexSourceTree(root, new MapSink(), { workers: 1 });
console.log(JSON.stringify({ added, peakMib: Math.round(process.resourceUsage().maxRSS / 1_024) }));
