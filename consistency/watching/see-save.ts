import { openMetadataCache } from "../../src/index.ts";

// A process that only follows the database. It reports when it sees the function whose name it was
// sent.
const [root = ""] = process.argv.slice(2);
const cache = await openMetadataCache({ project: root });
process.send?.("begun");
process.on("message", (name: string) => {
  const timer = setInterval(() => {
    if (cache.count({ functionName: name }) === 0) return;
    clearInterval(timer);
    process.send?.(performance.timeOrigin + performance.now());
  }, 1);
});
process.on("disconnect", () => void cache.shutdown().then(() => process.exit()));
