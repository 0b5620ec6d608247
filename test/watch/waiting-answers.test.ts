import { execFile } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { queryObjects } from "node:v8";
import { Worker } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import type { QueryAnswer } from "../../src/calls/cache-calls.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { watchSourceTree } from "../../src/watch/watch-source-tree.ts";
import type { CacheHandle } from "../../src/worker.ts";
import { foreignConnection } from "../support/temporary-database.ts";
import { databaseOf, filesOf, functionNamed, newTree, watching } from "./watched.ts";

/** Another thread with the cache: returns its answer to a question (see `ask-in-thread.ts`). */
async function askingThread(handle: CacheHandle): Promise<(question: string) => Promise<unknown>> {
  const worker = new Worker(join(import.meta.dirname, "ask-in-thread.ts"), { workerData: handle });
  onTestFinished(() => void worker.terminate());
  await once(worker, "message");
  return async (question) => {
    worker.postMessage(question);
    return ((await once(worker, "message")) as readonly unknown[])[0];
  };
}

describe("an answer that waits", () => {
  it("needs a watcher, and says how to get one", async () => {
    const cache = await openMetadataCache({ project: newTree().root });
    onTestFinished(() => cache.shutdown());
    const refused = { code: "E_ARGUMENT", message: expect.stringContaining("watchSourceTree") };
    await expect(cache.query({}, { consistency: "tree" })).rejects.toMatchObject(refused);
    await expect(cache.getMetadata("a.ts", { consistency: "tree" })).rejects.toMatchObject(refused);
  });

  it("names the files of the answer that are behind if the time is over", async () => {
    const { tree, cache, watcher } = await watching(newTree().write("b.ts", functionNamed("b")));
    const other = foreignConnection(databaseOf(tree));
    other.exec("BEGIN IMMEDIATE");
    tree.write("a.ts", functionNamed("second")).write("c.ts", functionNamed("c"));
    const options = { consistency: "tree", timeoutMs: 500 } as const;
    const { items, tree: proved } = await cache.query({}, options);
    expect(items.map(({ path }) => path)).toEqual(["a.ts", "b.ts"]);
    const reason = expect.stringContaining("500 ms");
    expect(proved).toEqual({ fresh: false, behind: ["a.ts"], mayLackOthers: true, reason });
    const onlyB = await cache.query({ functionName: "b", select: ["path"] }, options);
    expect(onlyB.tree).toEqual({ fresh: false, behind: [], mayLackOthers: true, reason });
    // Without a path nobody knows which of them it is about.
    const noPaths = await cache.query({ functionName: "b", select: ["language"] }, options);
    expect(noPaths.tree).toEqual({ fresh: false, behind: ["a.ts", "c.ts"], mayLackOthers: false, reason });
    expect((await cache.symbols({ name: "first" }, options)).tree).toEqual({ fresh: false, behind: ["a.ts"], mayLackOthers: true, reason });
    expect((await cache.references({ target: "a.ts" }, options)).tree).toMatchObject({ fresh: false, behind: ["a.ts", "c.ts"] });
    await expect(cache.getMetadata("a.ts", options)).rejects.toMatchObject({ code: "E_TIMEOUT", message: expect.stringContaining("a.ts") });
    expect((await cache.getMetadata("b.ts", options))?.functions[0]?.name).toBe("b");
    expect(await watcher.settled({ timeoutMs: 100 })).toMatchObject({ fresh: false, behind: ["a.ts", "c.ts"], onlyThese: true });
    other.exec("ROLLBACK");
    expect(await filesOf(cache)).toEqual({ "a.ts": ["second"], "b.ts": ["b"], "c.ts": ["c"] });
  });

  it("comes to other threads, too", async () => {
    const { tree, cache } = await watching(newTree());
    const ask = await askingThread(cache.share());
    tree.write("a.ts", functionNamed("second"));
    const { items, tree: proved } = (await ask("query")) as QueryAnswer<FileMetadata>;
    expect(proved).toEqual({ fresh: true });
    expect(items[0]?.functions[0]?.name).toBe("second");
  });

  it("comes to other threads also for symbols and references, which shared memory could answer at once", async () => {
    const { tree, cache } = await watching(newTree());
    const ask = await askingThread(cache.share());
    tree.write("a.ts", functionNamed("second"));
    expect(await ask("symbols")).toMatchObject({ tree: { fresh: true }, items: [{ name: "second" }] });
    tree.write("b.md", "[a](a.ts)\n");
    expect(await ask("references")).toMatchObject({ tree: { fresh: true }, total: 1 });
    tree.write("c.md", "[gone](gone.ts)\n");
    expect(await ask("danglingReferences")).toMatchObject({ tree: { fresh: true }, items: [{ path: "c.md" }] });
    expect(await ask("orphanDocuments")).toMatchObject({ tree: { fresh: true } });
  });

  it("is the same of two watchers of one tree, of which one does the work", async () => {
    const tree = newTree();
    const one = await watching(tree);
    const two = await watching(tree);
    for (let round = 0; round < 20; round++) {
      tree.write(`f${round % 3}.ts`, functionNamed(`g${round}`));
      const first = round % 2 === 0 ? one : two;
      const second = round % 2 === 0 ? two : one;
      expect((await first.files())[`f${round % 3}.ts`]).toEqual([`g${round}`]);
      expect((await second.files())[`f${round % 3}.ts`]).toEqual([`g${round}`]);
    }
    await one.watcher.close();
    tree.write("a.ts", functionNamed("afterwards"));
    expect((await two.files())["a.ts"]).toEqual(["afterwards"]);
  });
});

describe("a watcher that answers for a long time", () => {
  it("keeps nothing of the answers and of the changes that are over", async () => {
    const { tree, watcher } = await watching(newTree());
    const promisesAfter = async (rounds: number): Promise<number> => {
      for (let round = 0; round < rounds; round++) {
        if (round % 4 === 0) tree.write("a.ts", functionNamed(`f${rounds + round}`));
        await watcher.settled({ timeoutMs: 60_000 });
      }
      return queryObjects(Promise, { format: "count" });
    };
    const before = await promisesAfter(8);
    expect((await promisesAfter(100)) - before).toBeLessThan(50);
  });
});

describe("the end of a watcher", () => {
  it("comes with its cache, and once closed it answers nothing", async () => {
    const { cache, watcher } = await watching(newTree());
    await expect(watchSourceTree(watcher.root, cache)).rejects.toMatchObject({ code: "E_ARGUMENT" });
    await cache.shutdown();
    expect(watcher.status().state).toBe("off");
    await expect(watcher.settled()).rejects.toMatchObject({ code: "E_CLOSED" });
  });

  it("leaves the cache as it is, for another watcher", async () => {
    const { tree, cache, watcher } = await watching(newTree());
    expect(cache.getStats().tree?.state).toBe("watching");
    await watcher.close();
    expect(cache.getStats().tree).toBeUndefined();
    tree.write("a.ts", functionNamed("meanwhile"));
    await using again = await watchSourceTree(tree.root, cache);
    expect(await again.settled()).toMatchObject({ fresh: true, revision: cache.revision });
    expect(await filesOf(cache)).toEqual({ "a.ts": ["meanwhile"] });
  });

  it("comes when its signal fires, also while it begins", async () => {
    const { watcher, cache } = await watching(newTree());
    await watcher.close();
    const abort = new AbortController();
    const beginning = watchSourceTree(watcher.root, cache, { signal: abort.signal });
    abort.abort(new TypeError("enough"));
    await expect(beginning).rejects.toThrow("enough");
    expect(cache.getStats().tree).toBeUndefined();
  });

  it("ends a wait that is under way", async () => {
    const { tree, watcher } = await watching(newTree());
    foreignConnection(databaseOf(tree)).exec("BEGIN IMMEDIATE");
    tree.write("a.ts", functionNamed("second"));
    const waiting = watcher.settled({ timeoutMs: 60_000 });
    const closing = watcher.close();
    await expect(waiting).rejects.toMatchObject({ code: "E_CLOSED" });
    await closing;
  });

  it("is not waited for by the process that has one", async () => {
    const program = join(import.meta.dirname, "leave-watching.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [program, newTree().root], { timeout: 250_000 });
    expect(stdout).toBe("second\n");
  });
});
