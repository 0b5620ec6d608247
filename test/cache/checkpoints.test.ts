import { describe, expect, test } from "vitest";
import type { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { IMAGE_FORMAT } from "../../src/indexing/image/image-format.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { MAX_INCREMENTAL_CHANGES } from "../../src/sync/database-synchronizer.ts";
import { INDEX_UPKEEP } from "../../src/cache/index-upkeep.ts";
import { allPlaces, memoryPlace, openCounted, type Place } from "../support/checkpoint-places.ts";
import { naiveQuery } from "../support/naive-query.ts";
import { files, TINY } from "../support/opened-cache.ts";
import { recordOf, type SmallQuery } from "../support/small-records.ts";

const QUERIES: SmallQuery[] = [
  {},
  { functionName: "f" },
  { functionName: "g" },
  { language: "go" },
  { orderBy: "-size", limit: 3 },
  { pathPrefix: "f1" },
];

/** Whatever it began with, the cache answers as its rows do, and finds nothing wrong. */
async function expectRight(cache: MetadataCache, records: readonly FileMetadata[]): Promise<void> {
  for (const query of QUERIES) {
    const expected = naiveQuery(records, query);
    expect(cache.count(query)).toBe(expected.length);
    expect((await cache.query(query)).items).toEqual(expected.slice(0, query.limit ?? expected.length));
  }
  expect(cache.verify()).toEqual([]);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
}

/** A project whose records a checkpoint has. */
async function kept(place: Place, records: readonly FileMetadata[], name = "p"): Promise<ProjectStore> {
  const store = await (await place.open()).openProject(name);
  await store.write(records, []);
  const { cache, scans } = await openCounted(store);
  expect(scans).toBe(1);
  await cache.shutdown();
  expect(await store.checkpoints.header()).toMatchObject({ format: IMAGE_FORMAT, position: { revision: records.length } });
  return store;
}

/**
 * Opens once more, and expects that all rows are read, or that none is; then that the next one is
 * left and used.
 */
async function expectOpens(
  store: ProjectStore,
  records: readonly FileMetadata[],
  how: "from the checkpoint" | "from the rows",
): Promise<void> {
  const { cache, scans } = await openCounted(store);
  expect(scans).toBe(how === "from the rows" ? 1 : 0);
  // A checkpoint that is not used changes nothing: as much as has room is in memory.
  if (how === "from the rows") expect(cache.getStats().residents).toBe(Math.min(records.length, TINY.maxItems));
  await expectRight(cache, records);
  await cache.shutdown();
}

async function expectMended(store: ProjectStore, records: readonly FileMetadata[]): Promise<void> {
  await expectOpens(store, records, "from the rows");
  const { cache, scans } = await openCounted(store);
  expect(scans).toBe(0);
  await expectRight(cache, records);
  await cache.shutdown();
}

describe.each(allPlaces())("a checkpoint of the index in %s", (_, makePlace) => {
  test("is left at shutdown, and the next cache reads no row for its index", async () => {
    const store = await kept(await makePlace(), files(20));
    await expectOpens(store, files(20), "from the checkpoint");
    expect(await store.checkpoints.header()).toMatchObject({ position: { revision: 20 } });
  });

  test("is left when all of the index was merged, without a shutdown", async () => {
    const place = await makePlace();
    const store = await (await place.open()).openProject("p");
    const { cache } = await openCounted(store);
    // Which merge takes all layers depends on how long the others take.
    const records = new Map<string, FileMetadata>();
    for (let change = 0; change < 3_000 && (await store.checkpoints.header()) === undefined; change++) {
      const record = recordOf({ path: `f${change % 30}.ts`, functions: [`f${change}`] });
      await cache.update(record);
      records.set(record.path, record);
    }
    expect(await store.checkpoints.header()).toBeDefined();
    const other = await openCounted(await (await place.open()).openProject("p"));
    expect(other.scans).toBe(0);
    await expectRight(other.cache, [...records.values()]);
  });

  test("is brought up by what other writers have changed, removed and stored again since", async () => {
    const place = await makePlace();
    const store = await kept(place, files(20));
    const [first, second, third] = files(20) as [FileMetadata, FileMetadata, FileMetadata];
    await store.write([recordOf({ path: first.path, functions: ["g"], language: "go", size: 77 })], []);
    await store.write([], [second.path, third.path]);
    await store.write([third, recordOf({ path: "new.ts", functions: ["f", "g"] })], []);
    const changed = recordOf({ path: first.path, functions: ["g"], language: "go", size: 77 });
    let expected = [changed, third, recordOf({ path: "new.ts", functions: ["f", "g"] }), ...files(20).slice(3)];
    if (place.sql !== undefined) {
      await place.sql("UPDATE metacache.file SET language = 'go' WHERE path = 'f7.ts'");
      await place.sql("DELETE FROM metacache.file WHERE path = 'f8.ts'");
      await place.sql("UPDATE metacache.file SET path = 'moved.ts' WHERE path = 'f9.ts'");
      expected = expected.flatMap((record) =>
        record.path === "f8.ts"
          ? []
          : record.path === "f7.ts"
            ? recordOf({ path: "f7.ts", functions: ["f"], language: "go" })
            : record.path === "f9.ts"
              ? recordOf({ path: "moved.ts", functions: ["f"] })
              : record,
      );
    }
    await expectOpens(store, expected, "from the checkpoint");
    // The next one has it all.
    await expectOpens(store, expected, "from the checkpoint");
    expect(await store.checkpoints.header()).toMatchObject({ position: { revision: (await store.position()).revision } });
  });

  test("is not used if more has changed since than is brought up, and gives way to a new one", async () => {
    const store = await kept(await makePlace(), files(3));
    const many = files(MAX_INCREMENTAL_CHANGES + 50);
    await store.write(many, []);
    const { cache, scans } = await openCounted(store);
    expect(scans).toBe(1);
    expect(cache.count({})).toBe(many.length);
    expect(await cache.verifyAgainstDatabase()).toEqual([]);
    await cache.shutdown();
    const again = await openCounted(store);
    expect([again.scans, again.cache.count({})]).toEqual([0, many.length]);
    expect(again.cache.verify()).toEqual([]);
  });

  test.each([
    ["of the format before", IMAGE_FORMAT - 1],
    ["of a later format", IMAGE_FORMAT + 1],
  ])("is not used if it is %s, and gives way to a new one", async (_what, format) => {
    const store = await kept(await makePlace(), files(8));
    const current = await store.checkpoints.read(IMAGE_FORMAT);
    const bytes = new Uint8Array(current?.bytes ?? new SharedArrayBuffer(0));
    await store.checkpoints.remove();
    expect(await store.checkpoints.write({ format, position: await store.position(), bytes })).toBe(true);
    await expectMended(store, files(8));
  });

  test.each([
    ["nothing", () => new Uint8Array(0)],
    ["a few bytes", () => new Uint8Array(7)],
    ["bytes that are no image", () => new Uint8Array(5_000).fill(9)],
    ["a head, and no more", (image: Uint8Array) => withLength(image.slice(0, 104))],
    ["an image that says it has more records", (image: Uint8Array) => withWord(image, 3, 1_000_000)],
    ["an image whose sections begin at its end", (image: Uint8Array) => withSections(image)],
  ])("is not used if its checksum holds and it is %s, and gives way to a new one", async (_what, damage) => {
    const store = await kept(await makePlace(), files(8));
    const current = await store.checkpoints.read(IMAGE_FORMAT);
    const bytes = damage(new Uint8Array(current?.bytes ?? new SharedArrayBuffer(0)).slice());
    await store.checkpoints.remove();
    expect(await store.checkpoints.write({ format: IMAGE_FORMAT, position: await store.position(), bytes })).toBe(true);
    await expectMended(store, files(8));
  });

  test("if it was made of other rows, is found by a comparison with the database", async () => {
    const place = await makePlace();
    const store = await kept(place, files(8));
    const others = files(8).map((record, number) =>
      number === 3 ? recordOf({ path: "x.ts" }) : number === 4 ? recordOf({ path: record.path, functions: ["f"], size: 11 }) : record,
    );
    const other = await kept(place, others, "other");
    const image = await other.checkpoints.read(IMAGE_FORMAT);
    await store.checkpoints.remove();
    const bytes = new Uint8Array(image?.bytes ?? new SharedArrayBuffer(0));
    expect(await store.checkpoints.write({ format: IMAGE_FORMAT, position: await store.position(), bytes })).toBe(true);
    const { cache, scans } = await openCounted(store);
    expect(scans).toBe(0);
    const codes = (await cache.verifyAgainstDatabase()).map(({ code, path }) => [code, path]);
    expect(codes).toContainEqual(["ROW_MISSING", "x.ts"]);
    expect(codes).toContainEqual(["ROW_NOT_INDEXED", "f3.ts"]);
    expect(codes).toContainEqual([expect.stringMatching(/ROW_CONTENT|ROW_REVISION/), "f4.ts"]);
    // Others write meanwhile: that excuses nothing that the feed does not tell of.
    const scan = store.scan.bind(store);
    store.scan = async (...given) => {
      const begun = await scan(...given);
      await store.write([recordOf({ path: "meanwhile.ts" })], ["f0.ts" as FileMetadata["path"]]);
      return begun;
    };
    const later = (await cache.verifyAgainstDatabase()).map(({ path }) => path);
    expect(later).toEqual(expect.arrayContaining(["x.ts", "f3.ts", "f4.ts"]));
    expect(later).not.toContain("meanwhile.ts");
    expect(later).not.toContain("f0.ts");
  });

  test("is not needed if its reader comes from before the horizon: compaction keeps what it needs, and an older one is not used", async () => {
    const store = await kept(await makePlace(), files(8));
    const old = await store.checkpoints.read(IMAGE_FORMAT);
    await store.write([], ["f0.ts" as FileMetadata["path"]]);
    await store.compact((await store.position()).revision);
    await expectOpens(store, files(8).slice(1), "from the checkpoint");
    // One from before the horizon cannot be written any more.
    await store.write([], ["f1.ts" as FileMetadata["path"]]);
    await store.checkpoints.remove();
    await store.compact((await store.position()).revision);
    const bytes = new Uint8Array(old?.bytes ?? new SharedArrayBuffer(0));
    const position = old?.position ?? (await store.position());
    expect(await store.checkpoints.write({ format: IMAGE_FORMAT, position, bytes })).toBe(false);
    await expectMended(store, files(8).slice(2));
  });

  test("is not written while a row cannot be read, and the next one is written when it can be", async () => {
    const place = await makePlace();
    if (place.sql === undefined) return;
    const store = await kept(place, files(8));
    await place.sql("UPDATE metacache.file SET functions = '[{\"name\": 1}]' WHERE path = 'f3.ts'");
    const { cache, scans } = await openCounted(store);
    expect(scans).toBe(0);
    // The feed has told of it.
    expect([...cache.unreadable().keys()]).toEqual(["f3.ts"]);
    await store.write([recordOf({ path: "later.ts" })], []);
    await cache.syncWithDatabase();
    await cache.shutdown();
    expect(await store.checkpoints.header()).toMatchObject({ position: { revision: 8 } });
    const again = await openCounted(store);
    expect([...again.cache.unreadable().keys()]).toEqual(["f3.ts"]);
    const good = recordOf({ path: "f3.ts", functions: ["f"], size: 5 });
    await again.cache.update(good);
    await again.cache.shutdown();
    expect(await store.checkpoints.header()).toMatchObject({ position: { revision: (await store.position()).revision } });
    const expected = [...files(8).filter(({ path }) => path !== "f3.ts"), good, recordOf({ path: "later.ts" })];
    await expectOpens(store, expected, "from the checkpoint");
  });
});

function withWord(image: Uint8Array, word: number, value: number): Uint8Array {
  new DataView(image.buffer).setUint32(4 * word, value, true);
  return image;
}

function withLength(image: Uint8Array): Uint8Array {
  return withWord(image, 2, image.byteLength);
}

/** Each section begins where the bytes end: the head is in order. */
function withSections(image: Uint8Array): Uint8Array {
  const end = Math.floor(image.byteLength / 8) * 8;
  for (let word = 4; word < 4 + 17; word++) withWord(image, word, end);
  return withLength(image.slice(0, end));
}

test("the default policy keeps no index of few records, and none that has hardly changed", async () => {
  const store = await (await (await memoryPlace()).open()).openProject("p");
  const leave = async (records: readonly FileMetadata[]): Promise<number | undefined> => {
    await store.write(records, []);
    const { cache } = await openCounted(store, INDEX_UPKEEP);
    await cache.shutdown();
    return (await store.checkpoints.header())?.position.revision;
  };
  expect(await leave(files(199))).toBeUndefined();
  expect(await leave(files(1_500))).toBe(1_500);
  expect(await leave(files(80).map((record) => ({ ...record, size: 99 })))).toBe(1_500);
  expect(await leave(files(600).map((record) => ({ ...record, size: 98 })))).toBe(2_180);
});
