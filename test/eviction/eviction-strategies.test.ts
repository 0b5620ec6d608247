import { describe, expect, test } from "vitest";
import { EVICTION_STRATEGIES } from "../../src/eviction/eviction-strategies.ts";
import { LFUEvictionStrategy } from "../../src/eviction/lfu-eviction-strategy.ts";
import { DrivenCache, describeEvictionStrategy, type NaiveStrategy } from "../contracts/eviction-strategy-contract.ts";
import { NaiveLfu, NaiveLru, NaiveS3Fifo, NaiveWTinyLfu } from "./naive-strategies.ts";

const NAIVE: Readonly<Record<keyof typeof EVICTION_STRATEGIES, () => NaiveStrategy>> = {
  lru: () => new NaiveLru(),
  lfu: () => new NaiveLfu(),
  "s3-fifo": () => new NaiveS3Fifo(),
  "w-tinylfu": () => new NaiveWTinyLfu(),
};
const NAMES = Object.keys(EVICTION_STRATEGIES) as (keyof typeof EVICTION_STRATEGIES)[];

for (const name of NAMES) describeEvictionStrategy(name, EVICTION_STRATEGIES[name], NAIVE[name]);

test("lfu lets a new working set in: frequencies age", () => {
  const cache = new DrivenCache(new LFUEvictionStrategy(), 100, 1);
  for (let round = 0; round < 50; round++) for (let file = 0; file < 100; file++) cache.access(file);
  let hits = 0;
  for (let access = 0; access < 4_000; access++) if (cache.access(1_000 + (access % 20))) hits++;
  expect(hits).toBeGreaterThan(2_000);
});

describe.each(["s3-fifo", "w-tinylfu"] as const)("the adaptive strategy %s", (name) => {
  test.each([1, 10, 25])("keeps what is popular through a scan, in batches of %i", (batch) => {
    const cache = new DrivenCache(EVICTION_STRATEGIES[name](), 100, batch);
    for (let round = 0; round < 20; round++) for (let file = 0; file < 40; file++) cache.access(file);
    for (let file = 1_000; file < 6_000; file++) {
      cache.access(file);
      cache.access(file % 40);
    }
    for (let file = 6_000; file < 6_100; file++) cache.access(file);
    let kept = 0;
    for (let file = 0; file < 40; file++) if (cache.access(file)) kept++;
    expect(kept).toBeGreaterThanOrEqual(36);
  });

  test.each([1, 10, 50])("lets a new working set in, in batches of %i", (batch) => {
    const cache = new DrivenCache(EVICTION_STRATEGIES[name](), 100, batch);
    for (let round = 0; round < 50; round++) for (let file = 0; file < 100; file++) cache.access(file);
    let hits = 0;
    for (let access = 0; access < 4_000; access++) if (cache.access(1_000 + (access % 40))) hits++;
    expect(hits).toBeGreaterThan(2_000);
  });
});
