import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { unpackRecord } from "../../src/record/parsing/packed-record.ts";
import { attachMetadataCache } from "../../src/threads/reader/attached-cache.ts";
import { hashPath, newSharedRecords, PROBES, SharedRecordsView } from "../../src/threads/protocol/shared-records.ts";
import { SharedRecordsReader } from "../../src/threads/reader/shared-records-reader.ts";
import { OwnerThread } from "../support/owner-thread.ts";
import { recordOf } from "../support/small-records.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";
import { checkedRecord, hashOf } from "./checked-record.ts";

interface ReaderReport {
  readonly faults: readonly string[];
  readonly found: number;
  readonly statistics: { readonly fromMemory: number; readonly fromOwner: number };
}

/** For what starts many threads or processes: a net, not a measure. */

function startReader(workerData: object): Worker {
  return new Worker(join(import.meta.dirname, "stress-reader.ts"), { workerData });
}

test("under constant writing, eviction from a ring too small, and the death of readers, every thread sees whole records, and none goes back", async () => {
  const root = temporaryDirectory();
  // Room for about a tenth of the records, so that the ring comes round all the time.
  await using cache = await openMetadataCache({ project: root, environment: {}, sharedBytes: 1_048_576 });
  const paths = Array.from({ length: 600 }, (_, number) => `src/${number}.ts`);
  await cache.update(paths.map((path, number) => checkedRecord(path, 1, number % 40)));
  const handle = cache.share();
  const readers = ["a", "bb"].map((name) => startReader({ handle, paths, reads: 12_000, name }));
  const reports = readers.map(async (reader) => ((await once(reader, "message")) as [ReaderReport])[0]);

  let isEnding = false;
  const writing = (async () => {
    for (let version = 2; !isEnding; version++) {
      const some = Array.from({ length: 1 + (version % 5) }, (_, number) => paths[(version * 13 + number * 101) % paths.length] ?? "");
      if (version % 7 === 0) await cache.remove(some);
      else await cache.update([...new Set(some)].map((path, number) => checkedRecord(path, version, (version + number) % 60)));
      if (version % 50 === 0) cache.clear();
    }
  })();
  const dying = (async () => {
    for (let life = 0; !isEnding && life < 12; life++) {
      const victim = startReader({ handle, paths, reads: 1_000_000, name: `victim ${life}` });
      await new Promise((resolve) => setTimeout(resolve, 120 + 13 * life));
      await victim.terminate();
    }
  })();
  const ended = await Promise.all(reports);
  isEnding = true;
  await Promise.all([writing, dying]);
  for (const { faults, found } of ended) {
    expect(faults.slice(0, 5)).toEqual([]);
    expect(found).toBeGreaterThan(100);
  }
  expect(cache.verify()).toEqual([]);
  await expect.poll(() => cache.getStats().sharing?.readers).toBe(0);
  const { recordBytes = 0 } = cache.getStats().sharing ?? {};
  expect(recordBytes).toBeLessThan(2 * 1_048_576);
});

test("a record that is written over while it is copied is copied again, or not found", async () => {
  const memory = newSharedRecords(6_000);
  const paths = ["a.ts", "b.ts", "c.ts"];
  const stop = new SharedArrayBuffer(4);
  const writer = new Worker(join(import.meta.dirname, "slot-writer.ts"), { workerData: { memory, stop, paths } });
  await once(writer, "online");
  const view = new SharedRecordsView(memory);
  let found = 0;
  const versions = new Set<number>();
  for (let read = 0; found < 8_000 || versions.size <= 100; read++) {
    // The writer may not have begun yet, or not be given the processor.
    if (read % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    const hash = hashPath(paths[read % 3] ?? "");
    for (let probe = 0; probe < PROBES; probe++) {
      const packed = view.read(hash, probe);
      if (packed === undefined) continue;
      const record = unpackRecord(packed.packed);
      expect(record.digest).toBe(hashOf(record));
      // The revision is of the same version as the bytes.
      expect(packed.revision).toBe(record.modifiedAt);
      found++;
      versions.add(packed.revision);
    }
  }
  Atomics.store(new Int32Array(stop), 0, 1);
  await writer.terminate();
});

test("any number of readers find what is written anywhere, at once when it is acknowledged", async () => {
  const owner = await OwnerThread.forTest({ project: temporaryDirectory(), name: "p" });
  const readers = await Promise.all(Array.from({ length: 70 }, () => attachMetadataCache(owner.handle)));
  expect(await owner.tell("getStats")).toMatchObject({ readers: 70 });
  for (let version = 1; version <= 5; version++) {
    const writer = readers[version * 13];
    const { revision } = (await writer?.update(recordOf({ path: "a.ts", size: version }))) ?? { revision: 0 };
    for (const reader of readers) {
      expect(reader.revision).toBeGreaterThanOrEqual(revision);
      expect(reader.peek("a.ts")?.size).toBe(version);
      expect(await reader.count({})).toBe(1);
    }
  }
  for (const reader of readers) reader.detach();
  expect(() => readers[0]?.peek("a.ts")).toThrow(expect.objectContaining({ code: "E_CLOSED" }));
});

test("a reader whose owner's thread has died says so, and does not wait for ever", async () => {
  const owner = await OwnerThread.forTest({ project: temporaryDirectory(), name: "p" });
  const reader = await attachMetadataCache(owner.handle);
  const waiting = reader.waitForRevision(9).catch((error: unknown) => error);
  await owner.terminate();
  expect(await waiting).toMatchObject({ code: "E_CLOSED" });
  await expect(reader.getMetadata("a.ts")).rejects.toMatchObject({ code: "E_CLOSED" });
  await expect(attachMetadataCache(owner.handle)).rejects.toMatchObject({ code: "E_CLOSED" });
});

test("while the owner's thread is busy, a reader's time is up nevertheless, and what is in memory is answered", async () => {
  const owner = await OwnerThread.forTest({ project: temporaryDirectory(), name: "p" });
  const reader = await attachMetadataCache(owner.handle);
  const { revision } = await reader.update(recordOf({ path: "a.ts" }));
  await expect.poll(() => reader.count({})).toBe(1);
  await owner.tell("block");
  await expect(reader.waitForRevision(revision + 1, { timeoutMs: 50 })).rejects.toMatchObject({ code: "E_TIMEOUT" });
  await reader.waitForRevision(revision, { timeoutMs: 0 });
  expect(await reader.getMetadata("a.ts")).toMatchObject({ path: "a.ts" });
  expect(await reader.getMetadata("b.ts")).toBeUndefined();
});

test("of a write that was under way when the owner's thread died, a reader is told that nobody knows; of a read, that the cache is closed", async () => {
  const owner = await OwnerThread.forTest({ project: temporaryDirectory(), name: "p" });
  const reader = await attachMetadataCache(owner.handle);
  await owner.tell("block");
  const calls = [reader.update(recordOf({ path: "a.ts" })), reader.remove("a.ts"), reader.syncWithDatabase()];
  const settled = Promise.allSettled(calls);
  await owner.terminate();
  const uncertain = { status: "rejected", reason: { code: "E_DATABASE_UNAVAILABLE", fault: "uncertain" } };
  expect(await settled).toMatchObject([uncertain, uncertain, { status: "rejected", reason: { code: "E_CLOSED" } }]);
  await expect(reader.update(recordOf({ path: "a.ts" }))).rejects.toMatchObject({ code: "E_CLOSED" });
});

test("a record that the owner has let go of is let go of in every thread", async () => {
  const cache = await openMetadataCache({ project: temporaryDirectory(), environment: {} });
  onTestFinished(() => cache.shutdown());
  const paths = ["a.ts", "b.ts"];
  await cache.update(paths.map((path) => recordOf({ path })));
  const records = new SharedRecordsReader(cache.share().records, 1_000_000);
  const found = (): unknown[] => paths.map((path) => records.get(path)?.record.path);
  await expect.poll(found).toEqual(paths);
  cache.invalidate("a.ts");
  expect(found()).toEqual([undefined, "b.ts"]);
  await cache.getMetadata("a.ts");
  expect(found()).toEqual(paths);
});

test("the index is answered from shared memory while it fits its log, and by the owner while it does not", async () => {
  const owner = await OwnerThread.forTest({ project: temporaryDirectory(), name: "p" });
  using reader = await attachMetadataCache(owner.handle);
  for (let round = 0; round < 30; round++) {
    const records = Array.from({ length: 300 }, (_, number) => checkedRecord(`src/${number}.ts`, round, 20));
    await reader.update(records);
    expect(await reader.count({ functionName: `f${round % 5}` })).toBe(300);
    expect((await reader.paths({ functionName: `g0_${round}`, limit: 3 }))[0]).toBe("src/0.ts");
  }
  expect(await reader.verify()).toEqual([]);
  expect(reader.statistics().fromMemory).toBeGreaterThan(0);
});

test("a thread that has nothing else to live for lives until it is attached, and until it has its answers", async () => {
  const owner = await openMetadataCache({ project: temporaryDirectory(), environment: {} });
  const program = `
    import { workerData, parentPort } from "node:worker_threads";
    const { attachMetadataCache } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, "../../src/worker.ts")).href)});
    const cache = await attachMetadataCache(workerData);
    await cache.syncWithDatabase();
    parentPort.postMessage(await cache.count({}));`;
  for (let life = 0; life < 12; life++) {
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), { workerData: owner.share() });
    const answered = once(worker, "message");
    const [code] = (await once(worker, "exit")) as [number];
    expect(code).toBe(0);
    expect(await answered).toEqual([0]);
  }
  await owner.shutdown();
});

test("a process with readers that are attached ends by itself, whether anybody lets go or not", () => {
  const at = (path: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, "../..", path)).href);
  const reader = `
    import { workerData, parentPort } from "node:worker_threads";
    const { attachMetadataCache } = await import(${at("src/worker.ts")});
    const cache = await attachMetadataCache(workerData);
    parentPort.postMessage(await cache.count({}));`;
  for (const ending of ["await cache.shutdown();", ""]) {
    const program = `
      import { Worker } from "node:worker_threads";
      import { once } from "node:events";
      import { openMetadataCache } from ${at("src/cache/opening/open-metadata-cache.ts")};
      const cache = await openMetadataCache({ project: ${JSON.stringify(temporaryDirectory())}, environment: {} });
      const url = new URL("data:text/javascript," + encodeURIComponent(${JSON.stringify(reader)}));
      const worker = new Worker(url, { workerData: cache.share() });
      console.log(...(await once(worker, "message")));
      ${ending}`;
    expect(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8", timeout: 250_000 })).toBe("0\n");
  }
});
