import { once } from "node:events";
import { join } from "node:path";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { acceptReaders } from "../../src/threads/protocol/attach-requests.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

const EVENT = "workerMessage";

test("any number of shared caches listen once for readers, and not at all when the last one is shut down", async () => {
  const warnings: string[] = [];
  const onWarning = ({ name }: Error): number => warnings.push(name);
  process.on("warning", onWarning);
  onTestFinished(() => void process.off("warning", onWarning));
  const before = process.listenerCount(EVENT);
  const file = join(temporaryDirectory(), "metadata.db");
  const caches = await Promise.all(
    Array.from({ length: 16 }, (_, number) => openMetadataCache({ project: `p${number}`, database: file, environment: {} })),
  );
  for (const cache of caches) expect(cache.share()).toBe(cache.share());
  expect(process.listenerCount(EVENT)).toBe(before + 1);
  const names = new Set(caches.map((cache) => cache.share().metacache));
  expect(names.size).toBe(16);
  for (const cache of caches) {
    expect(process.listenerCount(EVENT)).toBe(before + 1);
    await cache.shutdown();
  }
  expect(process.listenerCount(EVENT)).toBe(before);
  // A warning is given in a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  expect(warnings).toEqual([]);
});

test("messages of other libraries are left alone, whatever is in them", () => {
  const greeted: MessagePort[] = [];
  const { name, end } = acceptReaders((port) => greeted.push(port));
  onTestFinished(end);
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const hostile = Object.defineProperty({}, "toString", { value: 7 });
  const odd = [
    undefined,
    null,
    7,
    "text",
    [],
    {},
    hostile,
    new Map(),
    { metacache: 1 },
    { metacache: name },
    { metacache: name, port: {} },
  ];
  const others = [
    { port: port2 },
    { metacache: 7, port: port2 },
    { metacache: "other/1", port: port2 },
    { metacache: `x${name}`, port: port2 },
  ];
  for (const message of [...odd, ...others]) process.emit(EVENT, message, 0);
  expect(greeted).toEqual([]);
  process.emit(EVENT, { metacache: name, port: port2 }, 0);
  expect(greeted).toEqual([port2]);
});

test("a reader of a share that has ended is refused at once, while other shares go on", async () => {
  const ended = acceptReaders(() => undefined);
  const other = acceptReaders(() => undefined);
  onTestFinished(other.end);
  ended.end();
  ended.end();
  const { port1, port2 } = new MessageChannel();
  const closed = once(port1, "close");
  process.emit(EVENT, { metacache: ended.name, port: port2 }, 0);
  await expect(closed).resolves.toBeDefined();
});

test("readers find their own cache among many, and each leaves nothing behind", async () => {
  const file = join(temporaryDirectory(), "metadata.db");
  const caches = await Promise.all(["a", "b", "c"].map((project) => openMetadataCache({ project, database: file, environment: {} })));
  onTestFinished(async () => void (await Promise.all(caches.map((cache) => cache.shutdown()))));
  const program = `
    import { parentPort, workerData } from "node:worker_threads";
    const { attachMetadataCache } = await import(${JSON.stringify(new URL("../../src/worker.ts", import.meta.url).href)});
    for (const handle of workerData) {
      const cache = await attachMetadataCache(handle);
      parentPort.postMessage(cache.project);
      cache.detach();
    }`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), {
    workerData: caches.map((cache) => cache.share()),
  });
  const projects: string[] = [];
  worker.on("message", (project: string) => projects.push(project));
  await once(worker, "exit");
  expect(projects).toEqual(["a", "b", "c"]);
  for (const cache of caches) await expect.poll(() => cache.getStats().sharing?.readers).toBe(0);
});
