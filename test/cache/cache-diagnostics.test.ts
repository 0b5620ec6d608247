import { spawnSync } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { DatabaseUnavailableError } from "../../src/base/errors.ts";
import { type LoadMessage, publishLoad, type SyncMessage } from "../../src/cache/statistics/cache-diagnostics.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { parseMemoryCacheConfig } from "../../src/config/memory-cache-config.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { MemoryDatabase, type MemoryStore } from "../support/memory-database.ts";
import { recordOf } from "../support/small-records.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

interface Messages {
  "metacache:load": LoadMessage;
  "metacache:sync": SyncMessage;
}

/** Subscribes until the test ends. */
function on<Name extends keyof Messages>(name: Name, tell: (message: Messages[Name]) => void): void {
  const subscriber = (message: unknown): void => tell(message as Messages[Name]);
  subscribe(name, subscriber);
  onTestFinished(() => void unsubscribe(name, subscriber));
}

function messagesOf<Name extends keyof Messages>(name: Name): Messages[Name][] {
  const messages: Messages[Name][] = [];
  on(name, (message) => messages.push(message));
  return messages;
}

async function opened(...paths: string[]): Promise<{ database: MemoryDatabase; store: MemoryStore; cache: MetadataCache }> {
  const database = new MemoryDatabase();
  const store = await database.openProject("the project");
  await store.write(
    paths.map((path) => recordOf({ path, functions: ["aFunction"], intent: "an intent" })),
    [],
  );
  const cache = await MetadataCache.open(store, parseMemoryCacheConfig({}), { clock: WITHOUT_TIMERS });
  cache.clear();
  return { database, store, cache };
}

describe("the channel metacache:load", () => {
  test("tells of each read of the database once: for all who wait for a record, and for all records of a page", async () => {
    const { cache } = await opened("a.ts", "b.ts", "c.ts");
    const messages = messagesOf("metacache:load");
    await Promise.all([cache.getMetadata("a.ts"), cache.getMetadata("a.ts")]);
    await cache.getMetadata("a.ts");
    await cache.getMetadata("nowhere.ts");
    await cache.query({});
    expect(messages).toEqual([
      { project: "the project", durationUs: expect.any(Number), errorCode: undefined, paths: ["a.ts"], rows: 1 },
      { project: "the project", durationUs: expect.any(Number), errorCode: undefined, paths: ["b.ts", "c.ts"], rows: 2 },
    ]);
    expect(messages.reduce((sum, { durationUs }) => sum + durationUs, 0)).toBe(cache.getStats().loadTimes.totalUs);
  });

  test("a read that failed has the error's code, or its name, and no rows rather than none", async () => {
    const { database, cache } = await opened("a.ts");
    const messages = messagesOf("metacache:load");
    for (const error of [new DatabaseUnavailableError("locked", "another writes"), new TypeError("unreachable"), "text"]) {
      database.gate = () => Promise.reject(error);
      await expect(cache.getMetadata("a.ts")).rejects.toBe(error);
    }
    expect(messages.map(({ errorCode, rows, paths }) => ({ errorCode, rows, paths }))).toEqual(
      ["E_DATABASE_UNAVAILABLE", "TypeError", "unknown"].map((errorCode) => ({ errorCode, rows: undefined, paths: ["a.ts"] })),
    );
  });

  test("a subscriber finds the load in the statistics, and may call the cache", async () => {
    const { cache } = await opened("a.ts", "b.ts");
    const seen: unknown[] = [];
    on("metacache:load", ({ paths }) => {
      const { loads, recordsLoaded, loadTimes } = cache.getStats();
      seen.push([loads, recordsLoaded, loadTimes.count]);
      cache.clear();
      if (paths[0] === "a.ts") seen.push(cache.getMetadata("b.ts"));
    });
    expect((await cache.getMetadata("a.ts"))?.path).toBe("a.ts");
    expect(await seen[1]).toMatchObject({ path: "b.ts" });
    expect([seen[0], seen[2]]).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
    expect(cache.verify()).toEqual([]);
  });
});

describe("the channel metacache:sync", () => {
  test("tells of the first load and of every sync after it, with the report that the caller gets", async () => {
    const messages = messagesOf("metacache:sync");
    const { store, cache } = await opened("a.ts");
    store.writeBehindTheCache(recordOf({ path: "b.ts" }).path, recordOf({ path: "b.ts" }));
    const report = await cache.syncWithDatabase();
    expect(messages).toEqual([
      {
        project: "the project",
        durationUs: expect.any(Number),
        errorCode: undefined,
        report: { kind: "full", added: 1, changed: 0, removed: 0, revision: 1, elapsedMs: expect.any(Number) },
      },
      { project: "the project", durationUs: expect.any(Number), errorCode: undefined, report },
    ]);
    expect(report).toMatchObject({ kind: "incremental", added: 1, revision: 2 });
  });

  test("a sync that failed has the error's code and no report", async () => {
    const { database, cache } = await opened("a.ts");
    const messages = messagesOf("metacache:sync");
    database.gate = () => Promise.reject(new DatabaseUnavailableError("io", "gone"));
    await expect(cache.syncWithDatabase()).rejects.toThrow("gone");
    expect(messages).toEqual([
      { project: "the project", durationUs: expect.any(Number), errorCode: "E_DATABASE_UNAVAILABLE", report: undefined },
    ]);
  });
});

test("a message is frozen and has nothing of a record but its path", async () => {
  const messages: object[] = [];
  on("metacache:load", (message) => messages.push(message, message.paths));
  on("metacache:sync", (message) => messages.push(message, message.report as object));
  const { cache } = await opened("a.ts");
  await cache.query({});
  expect(messages).toHaveLength(4);
  expect(messages.every((part) => Object.isFrozen(part))).toBe(true);
  expect(JSON.stringify(messages)).not.toMatch(/aFunction|an intent/);
});

test("without a subscriber nothing is made, nor looked at", () => {
  const paths = new Proxy<ProjectPath[]>([], {
    get: () => {
      throw new TypeError("looked at");
    },
  });
  expect(() => publishLoad("p", 1, paths, 1)).not.toThrow();
  const messages = messagesOf("metacache:load");
  expect(() => publishLoad("p", 1, paths, 1)).toThrow("looked at");
  expect(messages).toEqual([]);
});

describe("a subscriber that throws", () => {
  /** A program of its own, since an uncaught exception is the matter of a whole process. */
  function run(before: string): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
    const at = (file: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, "../..", file)).href);
    const program = `
      import { subscribe } from "node:diagnostics_channel";
      import { MetadataCache } from ${at("src/cache/metadata-cache.ts")};
      import { parseMemoryCacheConfig } from ${at("src/config/memory-cache-config.ts")};
      import { MemoryDatabase } from ${at("test/support/memory-database.ts")};
      import { recordOf } from ${at("test/support/small-records.ts")};
      ${before}
      const store = await new MemoryDatabase().openProject("p");
      await store.write([recordOf({ path: "a.ts" })], []);
      const cache = await MetadataCache.open(store, parseMemoryCacheConfig({}));
      cache.clear();
      subscribe("metacache:load", () => { throw new RangeError("of the subscriber"); });
      subscribe("metacache:load", ({ rows }) => console.log("told of " + rows));
      const record = await cache.getMetadata("a.ts");
      console.log(record.path, cache.peek("a.ts") === record, cache.verify().length);
      setImmediate(() => console.log("went on"));
    `;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      encoding: "utf8",
      timeout: 250_000,
    });
    return { status, stdout, stderr };
  }

  test("fails no call and keeps no other from being told: its error is an uncaught exception", () => {
    const { status, stdout } = run('process.on("uncaughtException", ({ message }) => console.log("uncaught: " + message));');
    const lines = stdout.trimEnd().split("\n");
    expect(lines.toSorted()).toEqual(["a.ts true 0", "told of 1", "uncaught: of the subscriber", "went on"]);
    expect(status).toBe(0);
  });

  test("ends a process that does not handle uncaught exceptions, as any listener would", () => {
    const { status, stdout, stderr } = run("");
    expect(stdout).toContain("told of 1");
    expect(stdout).not.toContain("went on");
    expect(stderr).toContain("of the subscriber");
    expect(status).toBe(1);
  });
});
