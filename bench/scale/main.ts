import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { parseMemoryCacheConfig } from "../../src/config/memory-cache-config.ts";
import { openPostgresDatabase } from "../../src/database/postgres/open-postgres-database.ts";
import { TestPostgresServer, withClient } from "../../testing/postgres-server.ts";
import { heapGrowth } from "../children/heap-growth.ts";
import { spreadOf } from "../measure.ts";
import { Workload } from "../workload.ts";

// How PostgreSQL and the caches over it behave as projects grow: one database, several projects of growing size, a million files in
// all, and the same operations on each. Prints a table and writes bench/results/scale.md. Wants `node --expose-gc`.

const { values } = parseArgs({ options: { quick: { type: "boolean" } } });
const SIZES = values.quick === true ? [1_000, 5_000] : [10_000, 90_000, 300_000, 600_000];
const RECORDS_A_WRITE = 500;
const ROUNDS = values.quick === true ? 3 : 15;

interface Measured {
  readonly files: number;
  readonly writeUs: number;
  readonly loadMs: number;
  readonly indexBytes: number;
  readonly heapBytes: number;
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
  if (values.quick !== true) {
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
  // Otherwise a hint would begin a sync before the one that is timed.
  store.watch = () => () => undefined;
  const writing = performance.now();
  for (let start = 0; start < files; start += RECORDS_A_WRITE) {
    const batch = Array.from({ length: Math.min(RECORDS_A_WRITE, files - start) }, (_, offset) => workload.record(start + offset));
    await store.write(batch, []);
  }
  const writeUs = ((performance.now() - writing) * 1_000) / files;
  await withClient(url, (client) => client.query("VACUUM ANALYZE"));

  const loading = performance.now();
  const grown = await heapGrowth(() => MetadataCache.open(store, parseMemoryCacheConfig({ syncIntervalSeconds: 3_600 })));
  const loadMs = performance.now() - loading;
  const cache = grown.built;
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
  await database.close();
  return { files, writeUs, loadMs, indexBytes, heapBytes: grown.bytes, syncOneMs, syncThousandMs, latestMs, coldReadMs };
}

function render(measured: readonly Measured[], relations: readonly { readonly relation: string; readonly bytes: string }[]): string {
  const all = measured.reduce((sum, { files }) => sum + files, 0);
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  const lines = measured.map((each) =>
    [
      each.files.toLocaleString("en"),
      `${each.writeUs.toFixed(0)} us`,
      `${(each.loadMs / 1_000).toFixed(1)} s, ${((each.loadMs * 1_000) / each.files).toFixed(0)} us`,
      `${(each.indexBytes / each.files).toFixed(0)} bytes`,
      mb(each.heapBytes),
      `${each.syncOneMs.toFixed(1)} ms`,
      `${each.syncThousandMs.toFixed(0)} ms`,
      `${each.latestMs.toFixed(2)} ms`,
      `${each.coldReadMs.toFixed(2)} ms`,
    ].join(" | "),
  );
  const tables = relations.map(
    ({ relation, bytes }) => `| ${relation} | ${mb(Number(bytes))} | ${(Number(bytes) / all).toFixed(0)} bytes |`,
  );
  return `# Projects of growing size in one PostgreSQL

Written by \`node --expose-gc bench/scale/main.ts\`: ${all.toLocaleString("en")} files in ${measured.length} projects of one database, made by the benchmark's
generator (about 2 KB of JSON each), server and cache on one machine (${cpus().length} cores, ${Math.round(totalmem() / 1024 ** 3)} GiB) over loopback. Medians of
${ROUNDS} rounds; the load once.

| files of the project | writing, a file | full load, and a file | index, a file | heap growth of the cache | sync of 1 change | sync of 1,000 changes | query with "latest" | read of one absent record |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
${lines.map((line) => `| ${line} |`).join("\n")}

| table | on disk | a file |
| --- | --- | --- |
${tables.join("\n")}
`;
}
