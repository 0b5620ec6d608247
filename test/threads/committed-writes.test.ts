import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { type AttachedCache, attachMetadataCache } from "../../src/threads/reader/attached-cache.ts";
import type { CacheHandle } from "../../src/threads/owner/cache-share.ts";
import { recordOf } from "../support/small-records.ts";

async function attach(): Promise<{ cache: AttachedCache; tell: (command: string) => Promise<unknown>; worker: Worker }> {
  const worker = new Worker(join(import.meta.dirname, "failing-owner.ts"));
  onTestFinished(() => void worker.terminate());
  const [handle] = (await once(worker, "message")) as [CacheHandle];
  const cache = await attachMetadataCache(handle);
  onTestFinished(() => cache.detach());
  const tell = async (command: string): Promise<unknown> => {
    worker.postMessage(command);
    return once(worker, "message");
  };
  return { cache, tell, worker };
}

test("a thread whose write is committed, and not shown by the owner yet, is told so, and reads nothing from before it", async () => {
  const { cache, tell } = await attach();
  expect(await cache.getMetadata("a.ts")).toMatchObject({ size: 1 });
  await tell("fail after the commit");
  expect(await cache.update(recordOf({ path: "a.ts", size: 2 }))).toEqual({ revision: 3, changed: 1, behind: true });
  expect(cache.peek("a.ts")).toBeUndefined();
  const failure = { code: "E_DATABASE_UNAVAILABLE", fault: "io", message: expect.stringContaining("connection lost") as string };
  for (const read of [cache.getMetadata("a.ts"), cache.query({}), cache.paths({}), cache.count({})])
    await expect(Promise.resolve(read)).rejects.toMatchObject(failure);
  await tell("recover");
  expect(await cache.count({})).toBe(2);
  expect(await cache.getMetadata("a.ts")).toMatchObject({ size: 2 });
  expect(cache.peek("a.ts")).toMatchObject({ size: 2 });
});

test("a thread's write that is committed when the owner shuts down is told as committed", async () => {
  const { cache, tell, worker } = await attach();
  await tell("hold after the commit");
  const committed = once(worker, "message");
  const report = cache.update(recordOf({ path: "b.ts" }));
  await committed;
  await tell("shut down");
  expect(await report).toEqual({ revision: 2, changed: 1, behind: false });
  await expect(cache.update(recordOf({ path: "c.ts" }))).rejects.toMatchObject({ code: "E_CLOSED" });
});
