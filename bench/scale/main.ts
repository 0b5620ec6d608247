import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { parseMemoryCacheConfig } from "../../src/config/memory-cache-config.ts";
import { openPostgresDatabase } from "../../src/database/postgres/open-postgres-database.ts";
import { TestPostgresServer, withClient } from "../../testing/postgres-server.ts";
import { heapGrowth } from "../children/heap-growth.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { longestBlock } from "../measuring/longest-block.ts";
import { spreadOf } from "../measuring/measure.ts";
import { assertShuffled, shuffledNumbers } from "../inputs/shuffled.ts";
import { Workload } from "../inputs/workload.ts";
import { measureMerging, type MergeTimes } from "./merging.ts";

// How PostgreSQL and the caches over it behave as projects grow: one database, several projects of
// growing size, a million files in all, and the same operations on each. Prints a table and writes
// bench/results/scale.md. Needs `node --expose-gc`.
// `--sizes 20000,80000` measures other sizes as a trial, and writes nothing.

const { values } = parseArgs({ options: { quick: { type: "boolean" }, sizes: { type: "string" } } });
const SIZES = sizesOf(values.sizes) ?? (values.quick === true ? [1_000, 5_000] : [10_000, 90_000, 300_000, 600_000]);
const RECORDS_A_WRITE = 500;
/** Making all records again only to see their paths would take minutes. */
const MOST_CHECKED = 20_000;
const ROUNDS = values.quick === true ? 3 : 15;

interface Opening {
  readonly ms: number;
  readonly longestBlockMs: number;
  /** The growth of the heap and of array buffers, in bytes. */
  readonly bytes: number;
}

interface Measured {
  readonly files: number;
  readonly writeUs: number;
  /** By reading all rows. */
  readonly open: Opening;
  /** From the checkpoint that the cache has left; `undefined` if it has left none. */
  readonly reopen: Opening | undefined;
  readonly merging: MergeTimes;
  readonly indexBytes: number;
  readonly syncOneMs: number;
  readonly syncThousandMs: number;
  readonly latestMs: number;
  readonly coldReadMs: number;
}

const server = await TestPostgresServer.start(["shared_buffers=1GB", "max_wal_size=8GB", "synchronous_commit=off"]);
try {
  const url = await server.createDatabase();
  const measured: Measured[] = [];
  for (const files of SIZES) measured.push(await measure(url, files));
  const size = await withClient(url, async (client) => {
    const { rows } = await client.query<{ readonly relation: string; readonly bytes: string }>(
      "SELECT relname AS relation, pg_total_relation_size(oid) AS bytes FROM pg_class WHERE relnamespace = 'metacache'::regnamespace AND relkind = 'r' ORDER BY relname",
    );
    return rows;
  });
  const report = render(measured, size);
  console.log(report);
  if (values.quick !== true && values.sizes === undefined) {
    const folder = join(import.meta.dirname, "../results");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "scale.md"), report);
  }
} finally {
  await server.stop();
}

async function measure(url: string, files: number): Promise<Measured> {
  const project = `of ${files}`;
  const workload = new Workload({ records: files, seed: files });
  const database = await openPostgresDatabase({ url });
  const store = await database.openProject(project);
  // Otherwise a hint would start a sync before the timed one.
  store.watch = () => () => undefined;
  const writing = performance.now();
  const order = shuffledNumbers(files, files);
  assertShuffled(
    project,
    order.slice(0, MOST_CHECKED).map((number) => workload.record(number).path),
  );
  for (let start = 0; start < files; start += RECORDS_A_WRITE) {
    await store.write(
      order.slice(start, start + RECORDS_A_WRITE).map((number) => workload.record(number)),
      [],
    );
  }
  const writeUs = ((performance.now() - writing) * 1_000) / files;
  await withClient(url, (client) => client.query("VACUUM ANALYZE"));

  await removeCheckpoints(url);
  const { cache, ...open } = await opening(store);
  const timed = async (prepare: (round: number) => Promise<unknown>, run: (round: number) => Promise<unknown>): Promise<number> => {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await prepare(round);
      const start = performance.now();
      await run(round);
      times.push(performance.now() - start);
    }
    return spreadOf(times).median;
  };
  const change = (count: number, round: number): Promise<unknown> =>
    store.write(
      Array.from({ length: count }, (_, index) => ({ ...workload.record((round * count + index) % files), size: round + 1 })),
      [],
    );
  const catchUp = (): Promise<unknown> => cache.syncWithDatabase();
  const syncOneMs = await timed((round) => change(1, round), catchUp);
  const syncThousandMs = await timed((round) => change(1_000, round + ROUNDS), catchUp);
  const latestMs = await timed(
    () => Promise.resolve(),
    () => cache.query({ limit: 1 }, { consistency: "latest" }),
  );
  const coldReadMs = await timed(
    () => Promise.resolve(cache.clear()),
    (round) => cache.getMetadata(workload.record(round).path),
  );
  const { indexBytes, records } = cache.getStats();
  if (records !== files) throw new Error(`${records} of ${files} files are indexed`);
  await cache.shutdown();
  const reopen = (await hasCheckpoint(url)) ? await reopened(store, files) : undefined;
  await database.close();
  const merging = measureMerging(workload);
  return { files, writeUs, open, reopen, merging, indexBytes, syncOneMs, syncThousandMs, latestMs, coldReadMs };
}

async function opening(store: ProjectStore): Promise<Opening & { readonly cache: MetadataCache }> {
  let ms = 0;
  let longestBlockMs = 0;
  const { bytes, built } = await heapGrowth(async () => {
    let cache: MetadataCache | undefined;
    const start = performance.now();
    longestBlockMs = await longestBlock(async () => {
      cache = await MetadataCache.open(store, parseMemoryCacheConfig({ syncIntervalSeconds: 3_600 }));
    });
    ms = performance.now() - start;
    return cache as MetadataCache;
  });
  return { ms, longestBlockMs, bytes, cache: built };
}

async function reopened(store: ProjectStore, files: number): Promise<Opening> {
  const { cache, ...measured } = await opening(store);
  const found = cache.count({});
  await cache.shutdown();
  if (found !== files) throw new Error(`${found} of ${files} files are in the index that was opened from a checkpoint`);
  return measured;
}

async function checkpointTables(url: string): Promise<readonly string[]> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ readonly name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'metacache'::regnamespace AND relkind = 'r' AND relname LIKE 'checkpoint%'",
    );
    return rows.map(({ name }) => `metacache.${name}`);
  });
}

async function removeCheckpoints(url: string): Promise<void> {
  for (const table of await checkpointTables(url)) await withClient(url, (client) => client.query(`DELETE FROM ${table}`));
}

async function hasCheckpoint(url: string): Promise<boolean> {
  for (const table of await checkpointTables(url)) {
    const { rows } = await withClient(url, (client) => client.query(`SELECT 1 FROM ${table} LIMIT 1`));
    if (rows.length > 0) return true;
  }
  return false;
}

/** The value of `--sizes`: whole numbers with commas between. */
function sizesOf(text: string | undefined): readonly number[] | undefined {
  const sizes = text?.split(",").map(Number);
  if (sizes?.some((size) => !Number.isSafeInteger(size) || size < 100) === true) {
    throw new Error(`--sizes must be whole numbers of at least 100 with commas between, not ${JSON.stringify(text)}`);
  }
  return sizes;
}

function opened({ ms, longestBlockMs }: Opening): string {
  return `${(ms / 1_000).toFixed(2)} s, longest block ${longestBlockMs.toFixed(0)} ms`;
}

function render(measured: readonly Measured[], relations: readonly { readonly relation: string; readonly bytes: string }[]): string {
  const all = measured.reduce((sum, { files }) => sum + files, 0);
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  const lines = measured.map((each) =>
    [
      each.files.toLocaleString("en"),
      `${each.writeUs.toFixed(0)} us`,
      `${opened(each.open)}, ${((each.open.ms * 1_000) / each.files).toFixed(0)} us a file`,
      each.reopen === undefined ? "none was left" : opened(each.reopen),
      `${(each.indexBytes / each.files).toFixed(0)} bytes`,
      each.reopen === undefined ? mb(each.open.bytes) : `${mb(each.open.bytes)}, ${mb(each.reopen.bytes)}`,
      `${each.syncOneMs.toFixed(1)} ms`,
      `${each.syncThousandMs.toFixed(0)} ms`,
      `${each.latestMs.toFixed(2)} ms`,
      `${each.coldReadMs.toFixed(2)} ms`,
    ].join(" | "),
  );
  const merges = measured.map(({ files, merging }) =>
    [
      files.toLocaleString("en"),
      merging.changes.toLocaleString("en"),
      `${merging.merges}, ${((merging.allMerges * 1_000) / merging.changes).toFixed(1)} us a change`,
      `${merging.longestMerge.toFixed(0)} ms`,
      `${merging.longestStep.toFixed(1)} ms`,
      `${(merging.bytesBefore / files).toFixed(0)}, ${(merging.bytesAfter / files).toFixed(0)} bytes`,
    ].join(" | "),
  );
  const tables = relations.map(
    ({ relation, bytes }) => `| ${relation} | ${mb(Number(bytes))} | ${(Number(bytes) / all).toFixed(0)} bytes |`,
  );
  return `# Projects of growing size in one PostgreSQL

Written by \`node --expose-gc bench/scale/main.ts\`: ${all.toLocaleString("en")} files in ${measured.length} projects of one database, made by the benchmark's
generator (about 2 KB of JSON each) and inserted in shuffled order, server and cache on one machine (${cpus().length} cores, ${Math.round(totalmem() / 1024 ** 3)} GiB) over loopback. Medians of
${ROUNDS} rounds; each opening once, with the longest time that the event loop stood still.

| files of the project | writing, a file | opening: all rows read | opening: from a checkpoint | index, a file | heap growth of the cache, so and so | sync of 1 change | sync of 1,000 changes | query with "latest" | read of one absent record |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${lines.map((line) => `| ${line} |`).join("\n")}

Merging in the index alone, in memory: records changed at random, and every merge that falls due made at once.

| files | changes | merges | the longest merge | its longest step | index before and after, a file |
| --- | --- | --- | --- | --- | --- |
${merges.map((line) => `| ${line} |`).join("\n")}

| table | on disk | a file |
| --- | --- | --- |
${tables.join("\n")}
`;
}
