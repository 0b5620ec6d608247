import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DatabaseUnavailableError } from "../../src/base/errors.ts";
import { type Logger, silentLogger } from "../../src/base/logger.ts";
import { CacheCore } from "../../src/cache/cache-core.ts";
import { INDEX_UPKEEP } from "../../src/cache/index-upkeep.ts";
import { withProjectSink } from "../../src/cache/opening/open-metadata-cache.ts";
import { resolveProject } from "../../src/cache/opening/resolve-project.ts";
import { compareWithStore } from "../../src/cache/store-comparison.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { LRUEvictionStrategy } from "../../src/eviction/lru-eviction-strategy.ts";
import { CacheState } from "../../src/state/cache-state.ts";
import { IndexMerging } from "../../src/state/index-merging.ts";
import { CacheStorage } from "../../src/storage/cache-storage.ts";
import { DatabaseSynchronizer } from "../../src/sync/database-synchronizer.ts";
import { IMAGE_FORMAT } from "../../src/indexing/image/image-format.ts";
import { indexSourceTree } from "../../src/extraction.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { TestPostgresServer, withClient } from "../../testing/postgres-server.ts";
import { TemporaryTree } from "../extraction/temporary-tree.ts";
import { OFTEN, openCounted, postgresPlace, sqlitePlace } from "../support/checkpoint-places.ts";
import { MemoryDatabase, type MemoryStore } from "../support/memory-database.ts";
import { files, hold, settled, TINY } from "../support/opened-cache.ts";
import { openPostgresForTest } from "../support/postgres-connection.ts";
import { recordOf } from "../support/small-records.ts";
import { openForTest, temporaryDirectory } from "../support/temporary-database.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

let server: TestPostgresServer;
beforeAll(async () => {
  server = await TestPostgresServer.start();
});
afterAll(() => server.stop());

/** Loses nothing that is logged above debug. */
function loudLogger(): { logger: Logger; said: string[] } {
  const said: string[] = [];
  const say = (message: string): void => void said.push(message);
  return { logger: { debug: () => undefined, info: say, warn: say, error: say }, said };
}

async function leaveOne(store: ProjectStore, records: readonly FileMetadata[] = files(8)): Promise<void> {
  await store.write(records, []);
  const { cache } = await openCounted(store);
  await cache.shutdown();
  expect(await store.checkpoints.header()).toBeDefined();
}

async function inMemory(): Promise<{ database: MemoryDatabase; store: MemoryStore }> {
  const database = new MemoryDatabase();
  const store = await database.openProject("p");
  return { database, store };
}

async function expectFromRows(store: ProjectStore, paths: readonly string[]): Promise<void> {
  const first = await openCounted(store);
  expect(first.scans).toBe(1);
  expect(first.cache.paths({})).toEqual(paths);
  expect(await first.cache.verifyAgainstDatabase()).toEqual([]);
  await first.cache.shutdown();
  const second = await openCounted(store);
  expect(second.scans).toBe(0);
  expect(second.cache.paths({})).toEqual(paths);
  await second.cache.shutdown();
}

test("a run that indexes a tree leaves a checkpoint, and the next one reads no row for its index", async () => {
  using tree = new TemporaryTree();
  for (const name of ["a", "b", "c", "d", "e", "f"]) tree.write(`${name}.c`, `int ${name}(void) { return 1; }\n`);
  const database = join(temporaryDirectory(), "metadata.db");
  const project = await resolveProject({ project: tree.root, call: { database }, environment: {} });
  await withProjectSink(project, { upkeep: OFTEN }, (sink) => indexSourceTree(tree.root, sink, { workers: 1 }));
  const store = await (await openForTest(database)).openProject(project.name);
  const { cache, scans } = await openCounted(store);
  expect([scans, cache.count({})]).toEqual([0, 6]);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

test("a checkpoint of a history that was undone is not used, though its revision was passed since, and gives way to a new one", async () => {
  const { store } = await inMemory();
  await store.write(files(5), []);
  const restore = store.snapshot();
  await leaveOne(store, [recordOf({ path: "lost.ts" })]);
  const lost = await store.checkpoints.read(IMAGE_FORMAT);
  restore();
  await store.write([recordOf({ path: "kept.ts" }), recordOf({ path: "other.ts" })], []);
  // As if the backup had been of the rows alone.
  store.checkpoints.read = () => Promise.resolve(lost);
  const { cache, scans } = await openCounted(store);
  expect(scans).toBe(1);
  expect(cache.paths({ pathPrefix: "lost" })).toEqual([]);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

test("a checkpoint of an undone history that lies ahead of the present one keeps no new one from being written", async () => {
  const place = await sqlitePlace();
  const store = await (await place.open()).openProject("p");
  await leaveOne(store);
  await place.sql?.(
    "UPDATE project SET token = token + 1; UPDATE history SET token = token + 1; UPDATE checkpoint SET revision = revision",
  );
  await expectFromRows(
    store,
    files(8).map(({ path }) => path),
  );
  expect(await store.checkpoints.header()).toMatchObject({ position: { revision: 8 } });
});

test("a checkpoint of another epoch, and one that another project has left, are not used", async () => {
  for (const makePlace of [sqlitePlace, () => postgresPlace(server)]) {
    const place = await makePlace();
    const database = await place.open();
    const [store, other] = [await database.openProject("p"), await database.openProject("q")];
    await leaveOne(store);
    await leaveOne(other, files(9).slice(1));
    await place.sql?.("DELETE FROM metacache.checkpoint WHERE project_id = (SELECT id FROM metacache.project WHERE name = 'p')");
    const [p, q] = ["p", "q"].map((name) => `(SELECT id FROM metacache.project WHERE name = '${name}')`);
    await place.sql?.(`INSERT INTO metacache.checkpoint (id, project_id, begun, is_whole, format, epoch, revision, token, byte_length, parts, head_checksum, checksum)
      SELECT id + 1, ${p}, begun, is_whole, format, epoch, revision, token, byte_length, parts, head_checksum, checksum FROM metacache.checkpoint WHERE project_id = ${q}`);
    await place.sql?.(`INSERT INTO metacache.checkpoint_part (project_id, checkpoint_id, number, checksum, bytes)
      SELECT ${p}, checkpoint_id + 1, number, checksum, bytes FROM metacache.checkpoint_part WHERE project_id = ${q}`);
    expect(await store.checkpoints.read(IMAGE_FORMAT)).toBeDefined();
    await expectFromRows(
      store,
      files(8).map(({ path }) => path),
    );
  }
  const { store } = await inMemory();
  await leaveOne(store);
  store.epoch = "another";
  await expectFromRows(
    store,
    files(8).map(({ path }) => path),
  );
});

test("every damage to its rows leaves the cache right, and the next one is written", async () => {
  const place = await sqlitePlace();
  const store = await (await place.open()).openProject("p");
  await leaveOne(store);
  for (const damage of [
    "UPDATE checkpoint SET revision = revision - 1",
    "UPDATE checkpoint SET token = token + 1",
    "UPDATE checkpoint SET checksum = 1",
    "UPDATE checkpoint SET byte_length = byte_length - 1",
    "UPDATE checkpoint_part SET bytes = substr(bytes, 2)",
    "UPDATE checkpoint_part SET bytes = zeroblob(length(bytes))",
    "DELETE FROM checkpoint_part",
    "DELETE FROM checkpoint",
  ]) {
    await place.sql?.(damage);
    await expectFromRows(
      store,
      files(8).map(({ path }) => path),
    );
  }
  expect(await store.checkpoints.header()).toMatchObject({ position: { revision: 8 } });
});

test("a database that cannot be reached fails the open", async () => {
  const { database, store } = await inMemory();
  await leaveOne(store);
  for (const operation of ["read checkpoint", "readChanges"]) {
    database.gate = (each) =>
      each === operation ? Promise.reject(new DatabaseUnavailableError("io", "the disk is gone")) : Promise.resolve();
    await expect(openCounted(store)).rejects.toMatchObject({ code: "E_DATABASE_UNAVAILABLE", fault: "io" });
  }
  database.gate = () => Promise.resolve();
  expect((await openCounted(store)).scans).toBe(0);
});

test("a row that was damaged without a change that the feed knows of is found when it is read or compared, and then the checkpoint goes", async () => {
  for (const find of ["read", "compare"] as const) {
    const place = await sqlitePlace();
    const store = await (await place.open()).openProject("p");
    await leaveOne(store);
    await place.sql?.(`DROP TRIGGER file_updated; UPDATE file SET functions = '[{"name": 1}]' WHERE path = 'f3.ts'`);
    const { cache, scans } = await openCounted(store);
    expect([scans, cache.unreadable().size]).toEqual([0, 0]);
    if (find === "read") await expect(cache.getMetadata("f3.ts")).rejects.toMatchObject({ code: "E_RECORD" });
    else expect(await cache.verifyAgainstDatabase()).toMatchObject([{ code: "ROW_UNREADABLE", path: "f3.ts" }]);
    expect([...cache.unreadable().keys()]).toEqual(["f3.ts"]);
    await cache.shutdown();
    expect(await store.checkpoints.header()).toBeUndefined();
    const again = await openCounted(store);
    expect([again.scans, [...again.cache.unreadable().keys()]]).toEqual([1, ["f3.ts"]]);
  }
});

test("opened from a file that may not be written, a cache begins with the checkpoint, leaves none, and says nothing of it", async () => {
  const file = join(temporaryDirectory(), "metadata.db");
  const store = await (await openForTest(file)).openProject("p");
  await leaveOne(store);
  await store.write([recordOf({ path: "later.ts" })], []);
  const { logger, said } = loudLogger();
  const reader = await (await openForTest(file, { readOnly: true, logger })).openProject("p");
  const { cache, scans } = await openCounted(reader, OFTEN, logger);
  expect([scans, cache.count({})]).toEqual([0, 9]);
  await cache.shutdown();
  expect(said).toEqual([]);
  expect(await store.checkpoints.header()).toMatchObject({ position: { revision: 8 } });
});

test("a role that may only read begins with the checkpoint; one that may read all but that begins with the rows; both say nothing of it", async () => {
  const url = await server.createDatabase();
  const store = await (await openPostgresForTest(url)).openProject("p");
  await leaveOne(store);
  await store.write([recordOf({ path: "later.ts" })], []);
  const name = new URL(url).pathname.slice(1);
  for (const [role, isAll] of [
    [`all_${name}`, true],
    [`rows_${name}`, false],
  ] as const) {
    await withClient(url, async (client) => {
      await client.query(`CREATE ROLE ${role} LOGIN`);
      await client.query(`GRANT USAGE ON SCHEMA metacache TO ${role}`);
      await client.query(`GRANT SELECT ON ALL TABLES IN SCHEMA metacache TO ${role}`);
      if (!isAll) await client.query(`REVOKE ALL ON metacache.checkpoint, metacache.checkpoint_part FROM ${role}`);
    });
    const { logger, said } = loudLogger();
    const reader = await (await openPostgresForTest(server.urlOf(name, role), { logger })).openProject("p");
    const { cache, scans } = await openCounted(reader, OFTEN, logger);
    expect([scans, cache.count({})]).toEqual([isAll ? 0 : 1, 9]);
    expect(await cache.verifyAgainstDatabase()).toEqual([]);
    await cache.shutdown();
    expect(said).toEqual([]);
    expect(await store.checkpoints.header()).toMatchObject({ position: { revision: 8 } });
  }
});

/**
 * How many merges of the index a checkpoint at the end costs a reader, who has seen a change since
 * it loaded the rows.
 */
async function mergesAtEnd(reader: ProjectStore, writer: ProjectStore): Promise<number> {
  const options = { clock: WITHOUT_TIMERS, logger: silentLogger, upkeep: OFTEN };
  const core = new CacheCore(reader, new CacheStorage(TINY, new LRUEvictionStrategy()), options);
  await core.fill();
  await writer.write([recordOf({ path: `${(await writer.position()).revision}.ts` })], []);
  await core.synchronizer.synchronize();
  let merges = 0;
  core.state.subscribe(({ kind }) => (merges += Number(kind === "merged")));
  await core.leave();
  return merges;
}

test("a cache that may not write its checkpoint does not merge its index for it", async () => {
  const file = join(temporaryDirectory(), "metadata.db");
  const inFile = await (await openForTest(file)).openProject("p");
  const url = await server.createDatabase();
  const onServer = await (await openPostgresForTest(url)).openProject("p");
  for (const store of [inFile, onServer]) await store.write(files(8), []);
  const name = new URL(url).pathname.slice(1);
  const users: Readonly<Record<string, string>> = {
    reads: "GRANT SELECT ON ALL TABLES IN SCHEMA metacache TO $role",
    owns_rows: "GRANT ALL ON ALL TABLES IN SCHEMA metacache TO $role; REVOKE INSERT ON metacache.checkpoint_part FROM $role",
    in_standby: "ALTER ROLE $role SUPERUSER; ALTER ROLE $role SET default_transaction_read_only = on",
  };
  const readers = [{ writer: inFile, database: await openForTest(file, { readOnly: true }) }];
  for (const [user, grants] of Object.entries(users)) {
    const role = `${user}_${name}`;
    const sql = `CREATE ROLE $role LOGIN; GRANT USAGE ON SCHEMA metacache TO $role; ${grants}`;
    await withClient(url, (client) => client.query(sql.replaceAll("$role", role)));
    readers.push({ writer: onServer, database: await openPostgresForTest(server.urlOf(name, role)) });
  }
  for (const { writer, database } of readers)
    expect([database.location, await mergesAtEnd(await database.openProject("p"), writer)]).toEqual([database.location, 0]);
  for (const store of [inFile, onServer]) {
    expect(await store.checkpoints.header()).toBeUndefined();
    expect(await mergesAtEnd(store, store)).toBe(1);
    expect(await store.checkpoints.header()).toBeDefined();
  }
});

test("a shutdown succeeds although the checkpoint cannot be written, and may be asked for twice", async () => {
  const { database, store } = await inMemory();
  await store.write(files(8), []);
  const { logger, said } = loudLogger();
  for (const operation of ["checkpoint header", "write checkpoint"]) {
    const { cache } = await openCounted(store, OFTEN, logger);
    database.gate = (each) =>
      each === operation ? Promise.reject(new DatabaseUnavailableError("full", "no room is left")) : Promise.resolve();
    await Promise.all([cache.shutdown(), cache.shutdown()]);
    database.gate = () => Promise.resolve();
    expect(await store.checkpoints.header()).toBeUndefined();
  }
  expect(said).toEqual([]);
});

test("what is written while a shutdown runs is stored, and the checkpoint that is left is right", async () => {
  const { database, store } = await inMemory();
  await store.write(files(8), []);
  const { cache } = await openCounted(store);
  const release = hold(database, "write done");
  const write = cache.update(recordOf({ path: "in-flight.ts" }));
  const ending = cache.shutdown();
  release();
  await Promise.allSettled([write, ending]);
  database.gate = () => Promise.resolve();
  const again = await openCounted(store);
  expect([again.scans, again.cache.count({})]).toEqual([0, 9]);
  expect(await again.cache.verifyAgainstDatabase()).toEqual([]);
});

test("a shutdown in the middle of a merge leaves a checkpoint that is right", async () => {
  const { store } = await inMemory();
  const { cache } = await openCounted(store);
  for (let round = 0; round < 20; round++) {
    await cache.update(files(30).map((record) => ({ ...record, size: round })));
    await cache.remove(files(round).map(({ path }) => path));
  }
  await cache.shutdown();
  const again = await openCounted(store);
  expect(again.scans).toBe(0);
  expect(await again.cache.verifyAgainstDatabase()).toEqual([]);
});

test("the event loop runs while a checkpoint is read, and while one is written", async () => {
  const many = Array.from({ length: 16_000 }, (_, file) =>
    recordOf({
      path: `${"long/".repeat(10)}${file}-${Math.sin(file)}.ts`,
      functions: [`function_${Math.cos(file)}_${file}`, `other_${Math.tan(file)}`],
    }),
  );
  const store = await (await (await sqlitePlace()).open()).openProject("p");
  await store.write(many, []);
  const { cache } = await openCounted(store, INDEX_UPKEEP);
  const turnsOf = async (task: () => Promise<unknown>): Promise<number> => {
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await task();
    isOver = true;
    return turns;
  };
  expect(await turnsOf(() => cache.shutdown())).toBeGreaterThan(3);
  const { byteLength = 0 } = (await store.checkpoints.header()) ?? {};
  expect(byteLength).toBeGreaterThan(1 << 20);
  const opened = { scans: -1 };
  const turns = await turnsOf(async () => Object.assign(opened, await openCounted(store, INDEX_UPKEEP)));
  expect(opened.scans).toBe(0);
  // Without a pause between its parts, none.
  expect(turns).toBeGreaterThan(0);
});

test("what changes while all of the index is merged is in the index, and in what is opened from the image at the position of its beginning", async () => {
  let now = 0;
  // Every step of a merge is followed by a turn in which something changes.
  const clock = { ...WITHOUT_TIMERS, microseconds: () => (now += 10_000) };
  const { store } = await inMemory();
  const all = files(7_000);
  await store.write(all, []);
  const state = new CacheState(new CacheStorage(TINY, new LRUEvictionStrategy()), 4);
  const synchronizer = new DatabaseSynchronizer(store, state, clock, silentLogger);
  await synchronizer.synchronize();
  const merging = new IndexMerging(state, clock, silentLogger);
  let round = 0;
  const change = async (): Promise<void> => {
    const [changed, removed] = [all[(++round * 1_700) % 7_000], all[(round * 1_300 + 5) % 7_000]] as [FileMetadata, FileMetadata];
    await store.write(
      [recordOf({ path: changed.path, functions: ["f", "g"], size: round }), recordOf({ path: `new${round}.ts` })],
      [removed.path],
    );
    await synchronizer.synchronize();
  };
  await change();
  const begun = state.revision;
  let isOver = false;
  const merge = merging.mergeWhole().finally(() => (isOver = true));
  for (; !isOver; await settled()) await change();
  const whole = await merge;
  expect(round).toBeGreaterThan(5);
  expect(whole?.position.revision).toBe(begun);
  expect(state.verify()).toEqual([]);
  expect(await compareWithStore(state, store, synchronizer)).toEqual([]);
  if (whole === undefined) throw new TypeError("nothing was merged");
  const { image, position } = whole;
  expect(await store.checkpoints.write({ format: IMAGE_FORMAT, position, bytes: new Uint8Array(image.memory) })).toBe(true);
  const { cache, scans } = await openCounted(store);
  expect(scans).toBe(0);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});
