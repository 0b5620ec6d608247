import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { MemoryDatabase } from "../support/memory-database.ts";
import { files, openCache, settled, TINY } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

async function openWithManualClock(): Promise<{ cache: MetadataCache; database: MemoryDatabase; clock: ManualClock }> {
  const database = new MemoryDatabase();
  const clock = new ManualClock();
  const cache = await MetadataCache.open(await database.openProject("p"), TINY, { clock });
  return { cache, database, clock };
}

test.for([NaN, -1, -Infinity, "5", null, {}, 5n])("a wait that is to take %s is refused", async (timeoutMs) => {
  const { cache } = await openCache(files(1));
  const refused = { code: "E_ARGUMENT", message: expect.stringContaining("timeoutMs must be") as string };
  await expect(cache.waitForRevision(9, { timeoutMs: timeoutMs as number })).rejects.toMatchObject(refused);
});

test.for([Infinity, 2 ** 31, 1e12])("a wait that may take %s ms waits", async (timeoutMs) => {
  const { cache } = await openCache(files(1));
  const wait = cache.waitForRevision(2, { timeoutMs });
  await cache.update(recordOf({ path: "a.ts" }));
  await expect(wait).resolves.toBeUndefined();
});

test("a wait is over after its time, though the database has not answered", async () => {
  const { cache, database, clock } = await openWithManualClock();
  database.gate = () => new Promise(() => undefined);
  const timers = clock.pending;
  const wait = cache.waitForRevision(9, { timeoutMs: 500 });
  expect(clock.pending).toBe(timers + 1);
  clock.fire();
  await expect(wait).rejects.toMatchObject({ code: "E_TIMEOUT", message: expect.stringContaining("within 500 ms") as string });
});

test("a wait that is given up leaves no timer, whatever it was waiting for", async () => {
  const { cache, database, clock } = await openWithManualClock();
  const timers = clock.pending;
  for (const gate of [() => Promise.resolve(), () => new Promise<void>(() => undefined)]) {
    database.gate = gate;
    const controller = new AbortController();
    const wait = cache.waitForRevision(9, { signal: controller.signal });
    await settled();
    expect(clock.pending).toBe(timers + 1);
    controller.abort(new TypeError("given up"));
    await expect(wait).rejects.toThrow("given up");
    expect(clock.pending).toBe(timers);
  }
});

test("a caller that awaits a revision has the process wait as well", () => {
  const script = `import { openMetadataCache } from ${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)};
    const cache = await openMetadataCache({ project: "p", database: ${JSON.stringify(join(temporaryDirectory(), "metadata.db"))} });
    try { await cache.waitForRevision(5, { timeoutMs: 300 }); } catch (error) { console.log(error.code); }
    await cache.shutdown();`;
  const { stdout, status } = spawnSync(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], { encoding: "utf8" });
  expect([stdout.trim(), status]).toEqual(["E_TIMEOUT", 0]);
});
