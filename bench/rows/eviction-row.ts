import { describeFinding } from "../../src/base/finding.ts";
import { LRUCache } from "lru-cache";
import { EVICTION_STRATEGY_NAMES } from "../../src/config/memory-cache-config.ts";
import { EVICTION_STRATEGIES } from "../../src/eviction/eviction-strategies.ts";
import type { RecordId } from "../../src/indexing/record-id.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { parseProjectPath } from "../../src/record/project-path.ts";
import { weighRecord } from "../../src/record/weight.ts";
import { CacheStorage } from "../../src/storage/cache-storage.ts";
import { type Contestant, race, type Result } from "../measure.ts";
import { PlanStorage } from "../rivals/plan.ts";
import { type Figure, figuresOf, type Goal, type Row, times } from "../row.ts";
import type { Stage } from "../stage.ts";

/** As configured by default. */
const BATCH = 100;
const ENOUGH_BYTES = Number.MAX_SAFE_INTEGER;

export const evictionRow: Row = {
  id: "eviction",
  what: "insert when full (evict + insert)",
  toReach: "flat from 1,000 to 1,000,000 residents (+-30 %)",
  async run(stage) {
    const sizes = stage.options.smoke ? [1_000, 4_000] : [1_000, 10_000, 100_000, 1_000_000];
    const records = recordsToInsert(stage, 2 * Math.max(...sizes));
    const figures: Figure[] = [];
    const goals: Goal[] = [];
    for (const name of EVICTION_STRATEGY_NAMES) {
      const results = await race(
        sizes.map((size) => storageContestant(name, size, records)),
        stage.options,
      );
      figures.push(...figuresOf(results, `metacache, ${name}: `));
      goals.push(flatness(name, results));
    }
    for (const make of [lruCacheContestant, weighingContestant, planContestant]) {
      const results = await race(
        sizes.map((size) => make(size, records)),
        stage.options,
      );
      figures.push(...figuresOf(results, `${NAMES.get(make) ?? ""}: `));
    }
    return {
      figures,
      goals,
      verified: "after filling and after 1,000 inserts, each holds as many as it may, and the strategies' own verify() finds nothing",
      notes: [
        "ratios are to the same cache with 1,000 residents; every insert is of a key that is not resident",
        `metacache: CacheStorage, evictionBatchSize ${BATCH}; weighing the record is part of the insert`,
        "lru-cache: new LRUCache({ max }), keys are the paths; the plan: access times in a Map, all sorted for each batch of 100",
        "no call is repeated less often than a batch, so that evicting is in every measurement",
      ],
    };
  },
};

function flatness(name: string, results: readonly Result[]): Goal {
  const ratios = results.map(({ ratio }) => ratio.median);
  const worst = Math.max(...ratios);
  return { text: `${name} flat: at most ${times(worst)} of the time at 1,000`, reached: worst <= 1.3 };
}

function storageContestant(name: (typeof EVICTION_STRATEGY_NAMES)[number], size: number, records: readonly FileMetadata[]): Contestant {
  const storage = new CacheStorage({ maxItems: size, maxBytes: ENOUGH_BYTES, evictionBatchSize: BATCH }, EVICTION_STRATEGIES[name]());
  // Twice as many records as places: whichever left, there is always one that is not resident, and soon found.
  let next = 0;
  const insert = (): void => {
    while (storage.has((records[next] as FileMetadata).path)) next = next + 1 === 2 * size ? 0 : next + 1;
    storage.put(next as RecordId, records[next] as FileMetadata, "used");
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
  return { name: `${size} residents`, run: repeating(insert), minCalls: 5 * BATCH };
}

function lruCacheContestant(size: number, records: readonly FileMetadata[]): Contestant {
  const cache = new LRUCache<string, FileMetadata>({ max: size });
  const insert = inserting(size, records, (record) => cache.set(record.path, record));
  for (let inserted = 0; inserted < size + 1_000; inserted++) insert();
  if (cache.size !== size) throw new Error(`lru-cache holds ${cache.size} of ${size}`);
  return { name: `${size} residents`, run: repeating(insert), minCalls: 5 * BATCH };
}

/** Weighs each record as metacache does, and has room for as many bytes as these records take. */
function weighingContestant(size: number, records: readonly FileMetadata[]): Contestant {
  let bytes = 0;
  for (let number = 0; number < size; number++) bytes += weighRecord(records[number] as FileMetadata);
  const cache = new LRUCache<string, FileMetadata>({ max: size, maxSize: bytes, sizeCalculation: weighRecord });
  const insert = inserting(size, records, (record) => cache.set(record.path, record));
  for (let inserted = 0; inserted < size + 1_000; inserted++) insert();
  if (cache.size > size || cache.size < size * 0.9) throw new Error(`lru-cache holds ${cache.size} of ${size}`);
  return { name: `${size} residents`, run: repeating(insert), minCalls: 5 * BATCH };
}

function planContestant(size: number, records: readonly FileMetadata[]): Contestant {
  const storage = new PlanStorage<FileMetadata>(size, BATCH);
  const insert = inserting(size, records, (record) => storage.put(record.path, record));
  for (let inserted = 0; inserted < size + BATCH; inserted++) insert();
  if (storage.count > size || storage.count < size - BATCH) throw new Error(`the plan holds ${storage.count} of ${size}`);
  // One batch a round: at a million residents it takes seconds.
  return { name: `${size} residents`, run: repeating(insert), minCalls: BATCH, maxCalls: size >= 100_000 ? BATCH : 20 * BATCH };
}

const NAMES = new Map<unknown, string>([
  [lruCacheContestant, "lru-cache"],
  [weighingContestant, "lru-cache that weighs with the same function"],
  [planContestant, "the plan"],
]);

/** Where the first in is the first out, what comes round again has left long ago. */
function inserting(size: number, records: readonly FileMetadata[], insert: (record: FileMetadata) => unknown): () => void {
  let next = 0;
  return () => {
    insert(records[next] as FileMetadata);
    next = next + 1 === 2 * size ? 0 : next + 1;
  };
}

/** Records of their own path each, which share all the rest: as many whole ones would need 10 GB. */
function recordsToInsert(stage: Stage, count: number): FileMetadata[] {
  const whole = Array.from({ length: 1_000 }, (_, number) => stage.workload().record(number));
  return Array.from({ length: count }, (_, number) => ({
    ...(whole[number % whole.length] as FileMetadata),
    path: parseProjectPath(`services/core/file_${number.toString(36)}.ts`),
  }));
}

function repeating(insert: () => void): (calls: number) => number {
  return (calls) => {
    const start = performance.now();
    for (let made = 0; made < calls; made++) insert();
    return (performance.now() - start) * 1_000;
  };
}
