import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import type { WatchBatch } from "../../src/watch/watch-options.ts";
import { functionNamed, newTree, watching } from "./watched.ts";
import { watchSourceTree } from "../../src/watch/watch-source-tree.ts";

describe("two watchers of one tree", () => {
  it("do the work once, and the other one takes over when the holder closes", async () => {
    const tree = newTree();
    const batches: { readonly one: WatchBatch[]; readonly two: WatchBatch[] } = { one: [], two: [] };
    const one = await watching(tree, { onBatch: (batch) => batches.one.push(batch) });
    const two = await watching(tree, { onBatch: (batch) => batches.two.push(batch) });
    expect([one.watcher.status().isHolder, two.watcher.status().isHolder]).toEqual([true, false]);
    // The first is warm then.
    tree.write("b.ts", functionNamed("warm"));
    await one.files();
    const before = batches.two.length;
    tree.write("a.ts", functionNamed("once"));
    await expect.poll(() => one.cache.revision === two.cache.revision && one.cache.peek("a.ts")?.functions[0]?.name === "once").toBe(true);
    // It has looked, and found the work done.
    await expect.poll(() => two.watcher.status().pending).toBe(0);
    expect(batches.two.slice(before)).toEqual([]);
    await one.watcher.close();
    // Nobody has to wait until the lease of a watcher that closed expires.
    const cookies = readdirSync(tree.at(".metacache/cookies"));
    expect(cookies.filter((name) => name.startsWith("watcher-"))).toEqual([]);
    await expect.poll(() => two.watcher.status().isHolder).toBe(true);
    tree.write("a.ts", functionNamed("byTheOther"));
    await expect.poll(async () => (await two.cache.getMetadata("a.ts"))?.functions[0]?.name).toBe("byTheOther");
  });

  it("lose nothing if the process of the holder is killed", async () => {
    const tree = newTree();
    const child = fork(join(import.meta.dirname, "stopped-watcher.ts"), [tree.root], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    await once(child, "message");
    const { watcher, cache } = await watching(tree);
    expect(watcher.status().isHolder).toBe(false);
    child.kill("SIGKILL");
    tree.write("a.ts", functionNamed("alone"));
    await expect.poll(async () => (await cache.getMetadata("a.ts"))?.functions[0]?.name).toBe("alone");
    await expect.poll(() => watcher.status().isHolder).toBe(true);
  });

  it("each do the work of their own database", async () => {
    const tree = newTree();
    const one = await watching(tree);
    const other = await openMetadataCache({ project: tree.root, name: "other" });
    onTestFinished(() => other.shutdown());
    await using watcher = await watchSourceTree(tree.root, other);
    expect([one.watcher.status().isHolder, watcher.status().isHolder]).toEqual([true, true]);
  });
});
