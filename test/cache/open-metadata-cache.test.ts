import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MemoryCacheComponent } from "../../src/cache/memory-cache-component.ts";
import type { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { openMetadataCache, type OpenMetadataCacheOptions } from "../../src/cache/opening/open-metadata-cache.ts";
import { ComponentRegistry } from "../../src/component/component-registry.ts";
import { resolveConfig } from "../../src/config/config-sources.ts";
import { DatabaseComponent } from "../../src/database/database-component.ts";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import { recordOf } from "../support/small-records.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "metacache-open-")));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function open(options: OpenMetadataCacheOptions = {}): Promise<MetadataCache> {
  return openMetadataCache({ project: root, environment: {}, clock: WITHOUT_TIMERS, ...options });
}

describe("openMetadataCache over SQLite", () => {
  test("makes the project's own database in a folder that ignores itself, and finds everything again", async () => {
    const record = recordOf({ path: "src/a.ts", functions: ["f"], documents: ["doc/DESIGN.md"] });
    {
      await using cache = await open();
      await cache.update(record);
    }
    expect(readFileSync(join(root, ".metacache/.gitignore"), "utf8")).toBe("*\n");
    await using cache = await open();
    expect(await cache.getMetadata("src/a.ts")).toEqual(record);
    expect(cache.count({ referenceDoc: "doc/DESIGN.md" })).toBe(1);
    expect(await cache.verifyAgainstDatabase()).toEqual([]);
  });

  test("what a load makes resident is found by its path, whatever the order in which the rows are stored", async () => {
    const records = ["m.ts", "z.ts", "a.ts", "n.ts", "b.ts"].map((path) => recordOf({ path, functions: [path] }));
    {
      await using cache = await open();
      for (const record of records) await cache.update(record);
    }
    await using cache = await open();
    expect(cache.getStats().residents).toBe(5);
    for (const record of records) expect(cache.peek(record.path)).toEqual(record);
    expect((await cache.query({ functionName: "z.ts" })).items).toEqual([records[1]]);
    expect(cache.verify()).toEqual([]);
  });

  test("a change by another process is seen at once with latest, and by the next sync otherwise, plain SQL included", async () => {
    await using cache = await open();
    await using other = await open();
    await other.update([recordOf({ path: "a.ts" }), recordOf({ path: "b.ts" })]);
    expect(await cache.getMetadata("a.ts")).toBeUndefined();
    expect(await cache.getMetadata("a.ts", { consistency: "latest" })).toEqual(recordOf({ path: "a.ts" }));
    using plain = new DatabaseSync(join(root, ".metacache/metadata.db"));
    plain.exec("UPDATE file SET language = 'cobol' WHERE path = 'a.ts'; DELETE FROM file WHERE path = 'b.ts'");
    expect(cache.count({ language: "cobol" })).toBe(0);
    expect(await cache.syncWithDatabase()).toMatchObject({ kind: "incremental", changed: 1, removed: 1 });
    expect(cache.paths({ language: "cobol" })).toEqual(["a.ts"]);
    expect(cache.verify()).toEqual([]);
  });

  test("own writes are seen although others wrote in between", async () => {
    await using cache = await open();
    await using other = await open();
    for (let round = 0; round < 20; round++) {
      await other.update(recordOf({ path: "theirs.ts", size: round }));
      await cache.update(recordOf({ path: "ours.ts", size: round }));
      expect((await cache.getMetadata("ours.ts"))?.size).toBe(round);
      expect((await cache.getMetadata("theirs.ts"))?.size).toBe(round);
    }
  });

  test("two projects in one database never mix", async () => {
    const database = join(root, "shared.db");
    const options = (project: string): OpenMetadataCacheOptions => ({ project, database, maxItems: 100 });
    await using one = await open(options("one"));
    await using two = await open(options("two"));
    await one.update(recordOf({ path: "a.ts", functions: ["ones"] }));
    await two.update(recordOf({ path: "a.ts", functions: ["twos"] }));
    for (const cache of [one, two]) await cache.syncWithDatabase();
    expect((await one.getMetadata("a.ts"))?.functions[0]?.name).toBe("ones");
    expect((await two.getMetadata("a.ts"))?.functions[0]?.name).toBe("twos");
    expect(one.count({ functionName: "twos" })).toBe(0);
    await two.remove("a.ts");
    await one.syncWithDatabase();
    expect(one.paths({})).toEqual(["a.ts"]);
  });

  test("one project, one name, through any link", async () => {
    mkdirSync(join(root, "real"));
    symlinkSync(join(root, "real"), join(root, "link"));
    await using one = await open({ project: join(root, "real") });
    await using two = await open({ project: join(root, "link") });
    expect(two.project).toBe(one.project);
  });

  test.each([
    [{ maxItems: 1 }, "E_CONFIG", /maxItems must be/],
    [{ languages: ["go"] }, "E_CONFIG", /languages has no effect here: give it to indexSourceTree/],
    [{ maxItems: 1, evictionStrategy: "random" }, "E_CONFIG", /maxItems.*evictionStrategy|evictionStrategy.*maxItems/s],
    [{ memoryLimit: 5 }, "E_CONFIG", /memoryLimit/],
    [{ project: "name" }, "E_CONFIG", /given by name/],
    [{ project: "./no/such/folder" }, "E_SOURCE", /cannot be opened/],
    [{ database: "postgres://me:secret@host:port/db" }, "E_CONFIG", /^(?!.*secret).*is not a valid URL/s],
    [{ database: "postgres://me:secret@127.0.0.1:1/db" }, "E_DATABASE_UNAVAILABLE", /^(?!.*secret).*cannot be reached/s],
  ])("refuses %o with %s, and makes nothing", async (options, code, message) => {
    await expect(open(options as OpenMetadataCacheOptions)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
    expect(existsSync(join(root, ".metacache"))).toBe(false);
  });

  test("options come from the call, the environment and the project file, in this order", async () => {
    writeFileSync(join(root, "metacache.json"), JSON.stringify({ database: "from-file.db" }));
    await using cache = await open();
    await cache.update(recordOf({ path: "a.ts" }));
    expect(cache.project).toBe(root);
    expect(existsSync(join(root, "from-file.db"))).toBe(true);
  });

  test("the process ends by itself after shutdown, and even without it", () => {
    for (const ending of ["await cache.shutdown();", ""]) {
      const program = `import { openMetadataCache } from ${JSON.stringify(join(import.meta.dirname, "../../src/index.ts"))};
        const cache = await openMetadataCache({ project: ${JSON.stringify(root)} }); cache.count({}); ${ending} console.log("end");`;
      const child = spawnSync(process.execPath, ["--input-type=module", "-e", program], { timeout: 250_000, encoding: "utf8" });
      expect([child.status, child.stdout, child.stderr]).toEqual([0, "end\n", ""]);
    }
  });
});

describe("a database or a project that does not exist", () => {
  test.each(["own", "file", "empty file"])("(%s) reads as empty and is not created until the first write", async (kind) => {
    const file = join(root, "shared.db");
    if (kind === "empty file") writeFileSync(file, "");
    const options = kind === "own" ? {} : { database: file };
    const before = readdirSync(root);
    await using cache = await open(options);
    expect(cache.count({})).toBe(0);
    expect(await cache.getMetadata("a.ts", { consistency: "latest" })).toBeUndefined();
    expect(await cache.query({})).toMatchObject({ items: [], total: 0, revision: 0 });
    expect(await cache.syncWithDatabase()).toMatchObject({ added: 0, revision: 0 });
    for await (const page of cache.fingerprints()) expect(page).toEqual([]);
    expect(await cache.verifyAgainstDatabase()).toEqual([]);
    expect(readdirSync(root)).toEqual(before);
    expect(await cache.update(recordOf({ path: "a.ts" }))).toMatchObject({ revision: 1, changed: 1 });
    expect(await cache.getMetadata("a.ts")).toMatchObject({ path: "a.ts" });
    await cache.remove("a.ts");
    expect(await cache.verifyAgainstDatabase()).toEqual([]);
    await using again = await open({ ...options, create: false });
    expect(again.revision).toBe(2);
  });

  test("is written by many calls at once, and by many caches at once, as if it had been there", async () => {
    const caches = await Promise.all([open(), open(), open()]);
    await Promise.all(
      caches.flatMap((cache, at) => Array.from({ length: 5 }, (_, index) => cache.update(recordOf({ path: `${at}-${index}.ts` })))),
    );
    for (const cache of caches) {
      await cache.syncWithDatabase();
      expect(cache.count({})).toBe(15);
      expect(await cache.verifyAgainstDatabase()).toEqual([]);
      await cache.shutdown();
      await expect(cache.update(recordOf({ path: "late.ts" }))).rejects.toMatchObject({ code: "E_CLOSED" });
    }
  });

  test("is noticed by itself once another cache has created it", async () => {
    await using reader = await openMetadataCache({ project: root, environment: {} });
    await using writer = await open();
    const { revision } = await writer.update(recordOf({ path: "a.ts" }));
    await reader.waitForRevision(revision, { timeoutMs: 30_000 });
    expect(reader.paths({})).toEqual(["a.ts"]);
    await writer.update(recordOf({ path: "b.ts" }));
    await reader.waitForRevision(revision + 1, { timeoutMs: 30_000 });
  });

  test("with create: false is an error that says what exists, and creates nothing", async () => {
    await expect(open({ create: false })).rejects.toMatchObject({
      code: "E_SOURCE",
      message: expect.stringContaining("no index yet") as string,
    });
    const database = join(root, "shared.db");
    await expect(open({ create: false, database })).rejects.toMatchObject({ code: "E_DATABASE_UNAVAILABLE", fault: "missing" });
    {
      await using cache = await open({ project: "our-app", database });
      await cache.update(recordOf({ path: "a.ts" }));
    }
    const before = readdirSync(root);
    await expect(open({ project: "our-ap", database, create: false })).rejects.toMatchObject({
      code: "E_PROJECT_UNKNOWN",
      message: expect.stringContaining('it has "our-app": did you mean "our-app"?') as string,
    });
    await expect(open({ create: "no" as unknown as boolean })).rejects.toMatchObject({ code: "E_CONFIG" });
    {
      await using cache = await open({ project: "our-ap", database });
      expect(cache.count({})).toBe(0);
    }
    expect(readdirSync(root)).toEqual(before);
    using plain = new DatabaseSync(database);
    expect(plain.prepare("SELECT name FROM project").all()).toEqual([{ name: "our-app" }]);
  });

  test("warnings of the configuration go to the logger", async () => {
    const warnings: string[] = [];
    const ignore = (): void => undefined;
    const logger = { debug: ignore, info: ignore, error: ignore, warn: (message: string): void => void warnings.push(message) };
    await using _ = await open({ environment: { METACACHE_MAXITEMS: "1" }, logger });
    expect(warnings).toEqual([expect.stringContaining("did you mean METACACHE_MAX_ITEMS?")]);
  });
});

describe("the two components", () => {
  test("start in the order of their dependencies, answer under the plan's names, and stop in reverse", async () => {
    const registry = new ComponentRegistry(resolveConfig({}));
    const component = new MemoryCacheComponent("p");
    registry.register(component);
    registry.register(new DatabaseComponent(() => openSqliteDatabase({ file: join(root, "p.db") })));
    expect(() => component.stats).toThrow(expect.objectContaining({ code: "E_NOT_INITIALIZED" }) as Error);
    await registry.start();
    expect(component).toMatchObject({ name: "memory_cache", dependencies: ["database"], isInitialized: true });
    await component.updateMetadata(recordOf({ path: "a.ts", functions: ["f"] }));
    expect((await component.getMetadataByQuery({ functionName: "f" })).total).toBe(1);
    component.clearCache();
    expect((await component.getMetadata("a.ts"))?.path).toBe("a.ts");
    expect((await component.synchronizeWithDatabase()).revision).toBe(1);
    await component.removeMetadata("a.ts");
    expect(component.stats).toMatchObject({ records: 0, removals: 1 });
    await registry.stop();
    expect(component.isInitialized).toBe(false);
    expect(() => component.getMetadata("a.ts")).toThrow(expect.objectContaining({ code: "E_NOT_INITIALIZED" }) as Error);
  });
});

test("writes of a new cache that nobody awaits one by one take effect in their order, the one that creates the database too", async () => {
  for (let round = 0; round < 5; round++) {
    const folder = mkdtempSync(join(tmpdir(), "metacache-order-"));
    await using cache = await openMetadataCache({ project: folder, environment: {} });
    const sizes = Array.from({ length: 6 }, (_, size) => size);
    const removed = [cache.update(recordOf({ path: "b.ts" })), cache.remove("b.ts")];
    await Promise.all([...removed, ...sizes.map((size) => cache.update(recordOf({ path: "a.ts", size })))]);
    expect((await cache.getMetadata("a.ts"))?.size).toBe(5);
    expect(await cache.getMetadata("b.ts")).toBeUndefined();
    await cache.shutdown();
    rmSync(folder, { recursive: true });
  }
});
