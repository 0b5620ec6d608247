import { describeFinding } from "../../../src/base/finding.ts";
import { LRUCache } from "lru-cache";
import { EVICTION_STRATEGY_NAMES } from "../../../src/config/memory-cache-config.ts";
import { EVICTION_STRATEGIES } from "../../../src/eviction/eviction-strategies.ts";
import { recordId } from "../../../src/indexing/record-id.ts";
import type { FileMetadata } from "../../../src/record/file-metadata.ts";
import { parseProjectPath } from "../../../src/record/project-path.ts";
import { weighRecord } from "../../../src/record/weight.ts";
import { CacheStorage } from "../../../src/storage/cache-storage.ts";
import { type Contestant, race, type Result } from "../../measuring/measure.ts";
import { PlanStorage } from "../../rivals/plan.ts";
import { type Figure, figuresOf, type Goal, type Row, times } from "../../row.ts";
import { shuffledNumbers } from "../../inputs/shuffled.ts";
import type { Stage } from "../../inputs/stage.ts";

/** The default of the configuration. */
const BATCH = 100;
const ENOUGH_BYTES = Number.MAX_SAFE_INTEGER;

export const evictionRow: Row = {
  id: "eviction",
  usesInternals: true,
  what: "insert when full (evict + insert)",
  toReach: "<= 1.5x an lru-cache that weighs with the same function, from 1,000 to 1,000,000 residents",
  async run(stage) {
    const sizes = stage.options.smoke ? [1_000, 4_000] : [1_000, 10_000, 100_000, 1_000_000];
    const figures: Figure[] = [];
    const goals: Goal[] = [];
    for (const size of sizes) {
      const insertions = insertionsFor(stage, size);
      const results = await race(
        [
          ...EVICTION_STRATEGY_NAMES.map((name) => storageContestant(name, size, insertions)),
          weighingContestant(size, insertions.records),
          lruCacheContestant(size, insertions.records),
          planContestant(size, insertions.records),
        ],
        stage.options,
      );
      figures.push(...figuresOf(results));
      goals.push(...EVICTION_STRATEGY_NAMES.map((name) => judge(name, size, results)));
    }
    return {
      figures,
      goals,
      verified: "after filling and after 1,000 inserts, each holds as many as it may, and the strategies' own verify() finds nothing",
      notes: [
        "ratios are to metacache's lru with as many residents; every insert is of a key that is not resident",
        `metacache: CacheStorage, evictionBatchSize ${BATCH}; weighing the record is part of the insert`,
        "lru-cache that weighs: new LRUCache({ max, maxSize, sizeCalculation: weighRecord }); lru-cache: new LRUCache({ max }); keys are the paths; the plan: access times in a Map, all sorted for each batch of 100",
        "no call is repeated less often than a batch, so that evicting is in every measurement",
      ],
    };
  },
};

function judge(name: string, size: number, results: readonly Result[]): Goal {
  const ratio = (who: string): number => results.find((result) => result.name === contestantName(who, size))?.ratio.median ?? Number.NaN;
  const slower = ratio(`metacache, ${name}`) / ratio(WEIGHING);
  return { text: `${name}, ${size.toLocaleString("en")} residents: ${times(slower)} an lru-cache that weighs`, reached: slower <= 1.5 };
}

const WEIGHING = "lru-cache that weighs";

function contestantName(who: string, size: number): string {
  return `${who}: ${size} residents`;
}

function storageContestant(name: (typeof EVICTION_STRATEGY_NAMES)[number], size: number, { records, places }: Insertions): Contestant {
  const storage = new CacheStorage({ maxItems: size, maxBytes: ENOUGH_BYTES, evictionBatchSize: BATCH }, EVICTION_STRATEGIES[name]());
  // Twice as many records as places. So there is always a record that is not resident, and it is
  // soon found.
  let next = 0;
  const insert = (): void => {
    while (storage.has((records[next] as FileMetadata).path)) next = next + 1 === 2 * size ? 0 : next + 1;
    // In the index, records are in the order of their paths. They are inserted in another order.
    storage.put(recordId(0, places[next] as number), records[next] as FileMetadata, "always");
    next = next + 1 === 2 * size ? 0 : next + 1;
  };
  const check = (): void => {
    const findings = storage.verify();
    if (findings.length > 0 || storage.count > size || storage.count <= size - BATCH) {
      throw new Error(`${name} with ${storage.count} of ${size}: ${findings.slice(0, 3).map(describeFinding).join("; ")}`);
    }
  };
  for (let filled = 0; filled < size; filled++) insert();
  check();
  for (let inserted = 0; inserted < 1_000; inserted++) insert();
  check();
  return { name: contestantName(`metacache, ${name}`, size), run: repeating(insert), minCalls: 5 * BATCH };
}

function weighingContestant(size: number, records: readonly FileMetadata[]): Contestant {
  const cache = new LRUCache<string, FileMetadata>({ max: size, maxSize: ENOUGH_BYTES, sizeCalculation: weighRecord });
  const insert = inserting(size, records, (record) => cache.set(record.path, record));
  for (let inserted = 0; inserted < size + 1_000; inserted++) insert();
  if (cache.size !== size) throw new Error(`lru-cache holds ${cache.size} of ${size}`);
  return { name: contestantName(WEIGHING, size), run: repeating(insert), minCalls: 5 * BATCH };
}

function lruCacheContestant(size: number, records: readonly FileMetadata[]): Contestant {
  const cache = new LRUCache<string, FileMetadata>({ max: size });
  const insert = inserting(size, records, (record) => cache.set(record.path, record));
  for (let inserted = 0; inserted < size + 1_000; inserted++) insert();
  if (cache.size !== size) throw new Error(`lru-cache holds ${cache.size} of ${size}`);
  return { name: contestantName("lru-cache", size), run: repeating(insert), minCalls: 5 * BATCH };
}

function planContestant(size: number, records: readonly FileMetadata[]): Contestant {
  const storage = new PlanStorage<FileMetadata>(size, BATCH);
  const insert = inserting(size, records, (record) => storage.put(record.path, record));
  for (let inserted = 0; inserted < size + BATCH; inserted++) insert();
  if (storage.count > size || storage.count < size - BATCH) throw new Error(`the plan holds ${storage.count} of ${size}`);
  // One batch per round: with a million residents it takes seconds.
  return {
    name: contestantName("the plan", size),
    run: repeating(insert),
    minCalls: BATCH,
    maxCalls: size >= 100_000 ? BATCH : 20 * BATCH,
  };
}

/** Under first in, first out, a record that comes round again was evicted long ago. */
function inserting(size: number, records: readonly FileMetadata[], insert: (record: FileMetadata) => unknown): () => void {
  let next = 0;
  return () => {
    insert(records[next] as FileMetadata);
    next = next + 1 === 2 * size ? 0 : next + 1;
  };
}

/**
 * Twice as many records as places, in shuffled order, and the place of each in the order of the
 * paths.
 */
interface Insertions {
  readonly records: readonly FileMetadata[];
  readonly places: readonly number[];
}

/**
 * Records with a path of their own that share everything else: this many whole records would need
 * 10 GB.
 */
function insertionsFor(stage: Stage, size: number): Insertions {
  const whole = Array.from({ length: 1_000 }, (_, number) => stage.workload().record(number));
  const places = shuffledNumbers(2 * size, stage.options.seed);
  const records = places.map((place) => ({
    ...(whole[place % whole.length] as FileMetadata),
    path: parseProjectPath(`services/core/file_${place.toString(36).padStart(5, "0")}.ts`),
  }));
  return { records: stage.inserted(`a storage of ${size}`, records), places };
}

function repeating(insert: () => void): (calls: number) => number {
  return (calls) => {
    const start = performance.now();
    for (let made = 0; made < calls; made++) insert();
    return (performance.now() - start) * 1_000;
  };
}
