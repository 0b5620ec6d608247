import { expect, test } from "vitest";
import { ConfigError } from "../../src/base/errors.ts";
import { EVICTION_STRATEGY_NAMES, MEMORY_CACHE_OPTIONS, parseMemoryCacheConfig } from "../../src/config/memory-cache-config.ts";
import { EVICTION_STRATEGIES } from "../../src/eviction/eviction-strategies.ts";

test("without a value, every option has its default", () => {
  expect(parseMemoryCacheConfig()).toEqual({
    maxItems: 10_000,
    maxBytes: 67_108_864,
    evictionStrategy: "lru",
    evictionBatchSize: 100,
    syncIntervalSeconds: 300,
    staleAfterSeconds: 600,
    sharedBytes: 67_108_864,
  });
});

test("what is given is kept, what is not or is undefined has its default", () => {
  const config = parseMemoryCacheConfig({ maxItems: 500, evictionStrategy: "lfu", maxBytes: undefined });
  expect(config).toMatchObject({ maxItems: 500, evictionStrategy: "lfu", maxBytes: 67_108_864 });
});

test("a configuration cannot be changed", () => {
  expect(Object.isFrozen(parseMemoryCacheConfig())).toBe(true);
});

test.each([
  ["maxItems", 100, 1_000_000],
  ["maxBytes", 1_048_576, 68_719_476_736],
  ["evictionBatchSize", 1, 1_000],
  ["syncIntervalSeconds", 10, 3_600],
  ["staleAfterSeconds", 10, 86_400],
])("%s is an integer from %i to %i, both included", (name, min, max) => {
  expect(parseMemoryCacheConfig({ [name]: min })).toHaveProperty(name, min);
  expect(parseMemoryCacheConfig({ [name]: max })).toHaveProperty(name, max);
  for (const wrong of [min - 1, max + 1, min + 0.5, Number.NaN, Infinity, String(min), null, true]) {
    expect(problemsOf({ [name]: wrong }), String(wrong)).toEqual([
      expect.stringContaining(`${name} must be an integer from ${min} to ${max}, not `),
    ]);
  }
});

test("an unknown eviction strategy is refused with those that exist, never replaced by another", () => {
  expect(problemsOf({ evictionStrategy: "arc" })).toEqual([
    'evictionStrategy must be one of "lru", "lfu", "s3-fifo", "w-tinylfu", not "arc"',
  ]);
});

test("every problem is reported at once, an unknown option among them", () => {
  expect(problemsOf({ maxItems: 99, maxBytes: "64MB", evictionStrategy: "LRU", maxItem: 5 })).toEqual([
    expect.stringMatching(/^maxItem is unknown; use one of maxItems, /),
    "maxItems must be an integer from 100 to 1000000, not 99",
    'maxBytes must be an integer from 1048576 to 68719476736, not "64MB"',
    'evictionStrategy must be one of "lru", "lfu", "s3-fifo", "w-tinylfu", not "LRU"',
  ]);
});

test.each([null, 5, "lru", []])("%j is no configuration", (value) => {
  expect(problemsOf(value)).toEqual([expect.stringContaining("must be an object")]);
});

test("every default is valid, and there is a strategy for each name", () => {
  const defaults = Object.fromEntries(Object.entries(MEMORY_CACHE_OPTIONS).map(([name, option]) => [name, option.default]));
  expect(parseMemoryCacheConfig(defaults)).toEqual(parseMemoryCacheConfig());
  expect(Object.keys(EVICTION_STRATEGIES)).toEqual(EVICTION_STRATEGY_NAMES);
});

function problemsOf(value: unknown): readonly string[] {
  try {
    parseMemoryCacheConfig(value);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toHaveProperty("code", "E_CONFIG");
    return (error as ConfigError).problems;
  }
  return [];
}
