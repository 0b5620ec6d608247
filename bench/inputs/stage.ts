import { copyFileSync, existsSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { QueryAnswer } from "../../src/calls/cache-calls.ts";
import type { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import type { MemoryCacheConfig } from "../../src/config/memory-cache-config.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { removeCheckpoints } from "./checkpoints.ts";
import { Random } from "../../testing/random.ts";
import { runChild } from "../children/child.ts";
import type { ShuffleDatabaseArgument } from "../children/shuffle-database.ts";
import { databaseOf, type Kernel } from "./kernel.ts";
import type { Rivals } from "../rivals/rivals.ts";
import { assertShuffled, type Insertion } from "./shuffled.ts";
import { Workload } from "./workload.ts";

export interface StageOptions {
  readonly records: number;
  readonly rounds: number;
  readonly seed: number;
  /** How long one contestant runs in one round, in milliseconds. */
  readonly targetMs: number;
  /** Small sizes. The measurements are not judged. */
  readonly smoke: boolean;
  readonly kernel: Kernel;
  /**
   * The folder for databases. Databases found there are used again. The caller removes the folder.
   */
  readonly directory: string;
}

export const PROJECT = "bench";
/** More than all records together weigh, in bytes. */
const ROOM_FOR_ALL = 8 * 1024 ** 3;
const RECORDS_A_WRITE = 500;

/**
 * What a row measures with: the records, the databases that hold them, caches over these, and
 * rivals. Each is made when it is first asked for.
 */
export class Stage implements AsyncDisposable {
  readonly options: StageOptions;
  readonly random: Random;
  /** What was filled, and in which order. Each row fills something, and states this. */
  readonly insertions: Insertion[] = [];
  #records: readonly FileMetadata[] | undefined;
  readonly #closing: (() => unknown)[] = [];
  #copies = 0;

  constructor(options: StageOptions) {
    this.options = options;
    this.random = new Random(options.seed);
  }

  /** All records, in shuffled order. */
  get records(): readonly FileMetadata[] {
    this.#records ??= this.inserted("in memory", [...this.workload().all()]);
    return this.#records;
  }

  /**
   * Call this with everything that fills an index or a database, in the same order. Throws if the
   * paths are in order.
   */
  inserted<R extends { readonly path: string }>(what: string, records: readonly R[]): readonly R[] {
    const paths = records.map(({ path }) => path);
    if (!this.insertions.some((insertion) => insertion.what === what)) this.insertions.push(assertShuffled(what, paths));
    return records;
  }

  workload(records: number = this.options.records): Workload {
    return new Workload({ records, seed: this.options.seed });
  }

  /** A metacache database that holds the first `records` records of the workload. */
  async databaseFile(records: number = this.options.records): Promise<string> {
    const file = join(this.options.directory, `metacache-${records}.db`);
    if (existsSync(file)) return this.#checked(file);
    // An interrupted run leaves no half-filled database under this name.
    const unfinished = `${file}.unfinished`;
    {
      await using cache = await openMetadataCache({ project: PROJECT, database: unfinished, maxItems: 100, environment: {} });
      const batch: FileMetadata[] = [];
      for (const record of this.workload(records).all()) {
        batch.push(record);
        if (batch.length === RECORDS_A_WRITE) await cache.update(batch.splice(0));
      }
      if (batch.length > 0) await cache.update(batch);
    }
    renameSync(unfinished, file);
    return this.#checked(file);
  }

  /** Puts the records of one database into a new one, in shuffled order. */
  async shuffle(argument: Pick<ShuffleDatabaseArgument, "what" | "from" | "to">): Promise<Insertion> {
    const { seed } = this.options;
    const insertion = await runChild<Insertion>("shuffle-database", {
      ...argument,
      project: PROJECT,
      seed,
    } satisfies ShuffleDatabaseArgument);
    this.insertions.push(insertion);
    return insertion;
  }

  /**
   * The records of the kernel's tree, inserted in shuffled order, or the reason why there are none.
   */
  async kernelDatabase(): Promise<{ readonly file: string; readonly records: number } | { readonly missing: string }> {
    const { kernel, directory } = this.options;
    if ("missing" in kernel) return kernel;
    const file = join(directory, "kernel-shuffled.db");
    if (existsSync(file)) return { file, records: this.#checkedCount(file) };
    const { records } = await this.shuffle({ what: "kernel-shuffled.db", from: databaseOf(kernel.tree), to: `${file}.unfinished` });
    renameSync(`${file}.unfinished`, file);
    return { file, records };
  }

  /** The order of the rows shows the order of the inserts. */
  #checked(file: string): string {
    this.#checkedCount(file);
    return file;
  }

  #checkedCount(file: string): number {
    const database = new DatabaseSync(file, { readOnly: true });
    const rows = database.prepare("SELECT path FROM file ORDER BY id").all() as { readonly path: string }[];
    database.close();
    return this.inserted(basename(file), rows).length;
  }

  /** A cache over the workload's database, opened as a user would. Closed with the stage. */
  async cache(config: Partial<MemoryCacheConfig> = {}, records: number = this.options.records): Promise<MetadataCache> {
    const cache = await openMetadataCache({ project: PROJECT, database: await this.databaseFile(records), environment: {}, ...config });
    this.#closing.push(() => cache.shutdown());
    return cache;
  }

  /**
   * A database that the caller may change: other rows find the first one unchanged. Removed with
   * the stage.
   */
  async copyOfDatabase(records: number): Promise<string> {
    const file = await this.databaseFile(records);
    const copy = join(this.options.directory, `copy-${process.pid}-${++this.#copies}.db`);
    copyFileSync(file, copy);
    this.#closing.push(() => rmSync(copy));
    return copy;
  }

  /** A database that the caller may change. It has rows, and no checkpoint of the index. */
  async databaseWithoutCheckpoint(): Promise<string> {
    const copy = await this.copyOfDatabase(this.options.records);
    removeCheckpoints(copy);
    return copy;
  }

  async cacheOfCopy(records: number, config: Partial<MemoryCacheConfig>): Promise<MetadataCache> {
    const cache = await openMetadataCache({ project: PROJECT, database: await this.copyOfDatabase(records), environment: {}, ...config });
    this.#closing.push(() => cache.shutdown());
    return cache;
  }

  /**
   * A newly opened cache in which every record is resident. Its index was built at once from all
   * rows, or comes from a checkpoint.
   */
  async warmCache(): Promise<MetadataCache> {
    const cache = await this.cache({ maxItems: Math.max(100, this.options.records), maxBytes: ROOM_FOR_ALL });
    if (cache.getStats().residents < this.options.records) await readAll(cache);
    return assertAllResident(cache, this.options.records);
  }

  /**
   * A cache into which all records were written, by one update after the other. Its index has
   * grown, and was merged on the way.
   */
  async filledCache(): Promise<MetadataCache> {
    const database = join(this.options.directory, `filled-${process.pid}-${++this.#copies}.db`);
    const room = { maxItems: Math.max(100, this.options.records), maxBytes: ROOM_FOR_ALL };
    const cache = await openMetadataCache({ project: PROJECT, database, environment: {}, ...room });
    this.#closing.push(async () => {
      await cache.shutdown();
      rmSync(database);
    });
    for (let start = 0; start < this.records.length; start += RECORDS_A_WRITE) {
      await cache.update(this.records.slice(start, start + RECORDS_A_WRITE));
    }
    return assertAllResident(cache, this.options.records);
  }

  /**
   * A cache in which almost no record is resident, and no query can make one resident: its 100
   * places are taken.
   */
  async coldCache(): Promise<MetadataCache> {
    return this.cache({ maxItems: 100 });
  }

  /** A rival filled with all records. Closed with the stage. */
  async rival<N extends keyof Rivals>(name: N): Promise<Rivals[N]> {
    // The rivals' packages are installed apart. Everything else works without them.
    const { RIVALS } = await import("../rivals/rivals.ts");
    const rival = await RIVALS[name](this.records, this.options.directory);
    this.#closing.push(() => rival.close());
    return rival;
  }

  /** Closed with the stage. */
  closeLater(close: () => unknown): void {
    this.#closing.push(close);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closing.reverse()) await close();
  }
}

/**
 * An index from a checkpoint comes without records. Reading brings them in, as many as have room.
 */
export async function readAll(cache: MetadataCache): Promise<void> {
  let cursor: string | undefined;
  do {
    const page: QueryAnswer<FileMetadata> = await cache.query({ limit: 1_000, ...(cursor !== undefined && { cursor }) });
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

function assertAllResident(cache: MetadataCache, records: number): MetadataCache {
  const { residents } = cache.getStats();
  if (residents !== records) throw new Error(`${residents} of ${records} records are resident`);
  return cache;
}
