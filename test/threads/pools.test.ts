import { join } from "node:path";
import { Piscina } from "piscina";
import { expect, test } from "vitest";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";
import { checkedRecord } from "./checked-record.ts";

test("the threads of a piscina read the cache that its workerData names", async () => {
  await using cache = await openMetadataCache({ project: temporaryDirectory(), environment: {} });
  await cache.update(Array.from({ length: 50 }, (_, number) => checkedRecord(`src/${number}.ts`, 1, number)));
  const pool = new Piscina({
    filename: join(import.meta.dirname, "piscina-task.ts"),
    workerData: cache.share(),
    minThreads: 2,
    maxThreads: 2,
  });
  const run = (path: string): Promise<unknown> => pool.run(path, { name: "countFunctions" });
  try {
    const counts = await Promise.all(Array.from({ length: 50 }, (_, number) => run(`src/${number}.ts`)));
    expect(counts).toEqual(Array.from({ length: 50 }, (_, number) => number + 1));
    expect(await run("src/nowhere.ts")).toBeUndefined();
    expect(cache.getStats().sharing?.readers).toBe(2);
  } finally {
    await pool.destroy();
  }
  await expect.poll(() => cache.getStats().sharing?.readers).toBe(0);
});
