import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Clock } from "../../src/base/clock.ts";
import { MemoryCacheComponent } from "../../src/cache/memory-cache-component.ts";
import type { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { ComponentRegistry } from "../../src/component/component-registry.ts";
import { resolveConfig } from "../../src/config/config-sources.ts";
import { DatabaseComponent } from "../../src/database/database-component.ts";
import type { MetadataDatabase } from "../../src/database/metadata-database.ts";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import type { FileMetadataInput } from "../../src/record/file-metadata.ts";
import { QUERIED_INDEXES } from "../../src/record/terms.ts";
import type { MetadataQuery } from "../../src/query/metadata-query.ts";
import { MemoryDatabase } from "../support/memory-database.ts";
import { observe } from "../support/observed-cache.ts";
import { recordOf } from "../support/small-records.ts";
import { tamperWith } from "../support/tamper.ts";
import { foreignConnection, temporaryDirectory } from "../support/temporary-database.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

const RECORDS = [
  recordOf({ path: "a.ts", functions: ["f", "g"], classes: ["Cache"], documents: ["doc/DESIGN.md"], intent: "one" }),
  recordOf({ path: "lib/a.ts", functions: ["f"], documents: ["doc/DESIGN.md", "README.md"], size: 20 }),
  recordOf({ path: "lib/b.py", language: "python", functions: ["parse"], size: 30 }),
];
const UNREADABLE = "lib/broken.ts";

/**
 * Copies made for the caller alone, and errors, which are the caller's own: changing one changes
 * nothing else.
 */
const COPIES = ["unreadable", "fingerprints", "verify", "verifyAgainstDatabase", "errors"];

/** Time stands still, so that nothing but tampering can change what is observed. */
const STILL: Clock = { ...WITHOUT_TIMERS, now: () => 1_000_000, microseconds: () => 0 };

/** A started component over a database in which one row cannot be read. */
async function started(kind: "memory" | "SQLite"): Promise<MemoryCacheComponent> {
  const database = kind === "memory" ? await corruptMemory() : await corruptSqlite();
  const registry = new ComponentRegistry(resolveConfig({}));
  const component = new MemoryCacheComponent("p", { clock: STILL });
  registry.register(component);
  registry.register(new DatabaseComponent(() => Promise.resolve(database)));
  await registry.start();
  onTestFinished(() => registry.stop());
  return component;
}

async function corruptMemory(): Promise<MetadataDatabase> {
  const database = new MemoryDatabase();
  const store = await database.openProject("p");
  await store.write(RECORDS, []);
  store.writeBehindTheCache(recordOf({ path: UNREADABLE }).path, undefined, "not JSON");
  return database;
}

async function corruptSqlite(): Promise<MetadataDatabase> {
  const file = join(temporaryDirectory(), "p.db");
  const database = await openSqliteDatabase({ file });
  await (await database.openProject("p")).write([...RECORDS, recordOf({ path: UNREADABLE })], []);
  const foreign = foreignConnection(file);
  foreign.exec("PRAGMA ignore_check_constraints = ON");
  foreign.prepare("UPDATE file SET functions = '[{' WHERE path = ?").run(UNREADABLE);
  foreign.close();
  return database;
}

/**
 * Whatever the public calls hand out, by the name of the call. The calls leave the cache's state as
 * it was.
 */
async function* handOuts(component: MemoryCacheComponent): AsyncGenerator<readonly [string, unknown]> {
  const { cache } = component;
  const messages: unknown[] = [];
  const collect = (message: unknown): void => void messages.push(message);
  for (const channel of ["metacache:load", "metacache:sync"]) {
    subscribe(channel, collect);
    onTestFinished(() => void unsubscribe(channel, collect));
  }
  cache.clear();
  yield ["getMetadata", await cache.getMetadata("a.ts")];
  yield ["getMetadata", await cache.getMetadata("a.ts", { consistency: "latest" })];
  yield ["peek", cache.peek("a.ts")];
  yield ["query", await cache.query({})];
  yield ["query", await cache.query({ limit: 1, orderBy: "-size" })];
  yield ["query", await cache.query({ select: ["path", "functions", "headerSections", "classes"] })];
  yield ["query", await cache.query({ select: ["path", "size"] })];
  yield ["getMetadataByQuery", await component.getMetadataByQuery({ functionName: "nowhere" })];
  yield ["paths", cache.paths({})];
  yield ["paths", cache.paths({ functionName: "nowhere" })];
  for (const query of [
    {},
    { language: "typescript", functionName: ["f", { prefix: "p" }] },
    { pathPattern: "a" },
    { className: "nowhere" },
  ]) {
    for (const answer of ["page", "count"] as const) yield ["explain", cache.explain(query, { answer, run: answer === "page" })];
  }
  yield ["update", await cache.update(RECORDS)];
  yield ["remove", await cache.remove("nowhere.ts")];
  yield ["syncWithDatabase", await cache.syncWithDatabase()];
  yield ["synchronizeWithDatabase", await component.synchronizeWithDatabase()];
  for await (const page of cache.fingerprints()) yield ["fingerprints", page];
  yield ["getStats", cache.getStats()];
  yield ["stats", component.stats];
  yield ["unreadable", cache.unreadable()];
  for (const index of QUERIED_INDEXES) yield ["terms", cache.terms(index)];
  yield ["verify", cache.verify()];
  yield ["verifyAgainstDatabase", await cache.verifyAgainstDatabase()];
  const calls = [
    (): unknown => cache.peek("../a.ts"),
    () => cache.getMetadata(UNREADABLE),
    () => cache.query({ limit: -1 }),
    () => cache.update({ ...RECORDS[0], size: -1 } as FileMetadataInput),
    () => cache.terms("nothing" as never),
    () => resolveConfig({ call: { maxItems: 1 } }),
  ];
  for (const call of calls)
    yield [
      "errors",
      await Promise.resolve()
        .then(call)
        .catch((error: unknown) => error),
    ];
  expect(messages.length).toBeGreaterThan(1);
  for (const message of messages) yield ["diagnostics", message];
}

describe.each(["memory", "SQLite"] as const)("what a cache over %s hands out", (kind) => {
  test("cannot be used to change the cache, whatever is tried, and is frozen except for the caller's own copy", async () => {
    const component = await started(kind);
    const before = await observe(component.cache);
    const changeable = new Set<string>();
    for await (const [name, value] of handOuts(component)) {
      for (const place of tamperWith(value, name)) changeable.add(place.replaceAll(/\.\d+/g, "[]"));
      expect(await observe(component.cache), `after tampering with what ${name} handed out`).toEqual(before);
    }
    expect([...changeable].filter((place) => !COPIES.includes(place.split(/[.[]/)[0] as string))).toEqual([]);
  });
});

describe("what a cache is given", () => {
  const open = async (): Promise<MetadataCache> => (await started("memory")).cache;

  test("is the caller's own again at once: a record may be changed while it is written", async () => {
    const cache = await open();
    const given = structuredClone(recordOf({ path: "given.ts", functions: ["f"], classes: ["Cache"], documents: ["README.md"] }));
    const list = [given];
    const written = cache.update(list);
    expect(tamperWith(list, "list")).not.toEqual([]);
    await written;
    expect(await cache.getMetadata("given.ts")).toEqual(
      recordOf({ path: "given.ts", functions: ["f"], classes: ["Cache"], documents: ["README.md"] }),
    );
    expect(cache.verify()).toEqual([]);
  });

  test("is the caller's own again at once: a query and its options may be changed while it is answered", async () => {
    const cache = await open();
    const query = (): MetadataQuery => ({
      language: ["typescript", { prefix: "py" }],
      functionName: ["f", { prefix: "par" }],
      pathPattern: /a|b/i,
      orderBy: "-size",
      limit: 2,
      select: ["path", "functions"],
    });
    const expected = await cache.query(query());
    cache.clear();
    const [given, options] = [query(), { consistency: "latest" as const }];
    const answered = cache.query(given, options);
    expect(tamperWith(given, "query")).not.toEqual([]);
    tamperWith(options, "options");
    const { items, total, nextCursor } = await answered;
    expect({ items, total, nextCursor }).toEqual({ items: expected.items, total: expected.total, nextCursor: expected.nextCursor });
  });

  test("is the caller's own again at once: paths may be changed while they are removed", async () => {
    const cache = await open();
    const given = ["a.ts", "lib/a.ts"];
    const removed = cache.remove(given);
    tamperWith(given, "paths");
    expect(await removed).toMatchObject({ changed: 2 });
    expect(cache.paths({})).toEqual(["lib/b.py"]);
  });
});
