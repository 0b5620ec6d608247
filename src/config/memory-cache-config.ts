import { ConfigError } from "../base/errors.ts";
import { Problems, readInput } from "../base/validation.ts";
import { checkOption, type ChoiceOption, type IntegerOption } from "./option.ts";

/**
 * The only list of the strategies' names. `eviction/eviction-strategies.ts` has a strategy for each
 * name.
 */
export const EVICTION_STRATEGY_NAMES = ["lru", "lfu", "s3-fifo", "w-tinylfu"] as const;

/** The name of an eviction strategy. */
export type EvictionStrategyName = (typeof EVICTION_STRATEGY_NAMES)[number];

/**
 * How much a cache keeps in memory, and how it stays in step with the database.
 * `MEMORY_CACHE_OPTIONS` has the ranges and defaults.
 */
export interface MemoryCacheConfig {
  /** The maximum number of records in memory. */
  readonly maxItems: number;
  /** The maximum number of bytes that the records in memory take, by an estimate. */
  readonly maxBytes: number;
  /** Which record is evicted first when a bound is reached. */
  readonly evictionStrategy: EvictionStrategyName;
  /**
   * How many records are evicted at once when a bound is reached, at most half of those in memory.
   */
  readonly evictionBatchSize: number;
  /** Seconds from the end of one periodic sync to the start of the next. */
  readonly syncIntervalSeconds: number;
  /** Seconds without a confirmation by the database after which answers are marked as stale. */
  readonly staleAfterSeconds: number;
  /** How many bytes of shared memory hold records for worker threads, if the cache is shared. */
  readonly sharedBytes: number;
}

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/**
 * The table of options. Parsing, the names of flags and environment variables, and
 * `docs/configuration.md` all come from it.
 */
export const MEMORY_CACHE_OPTIONS: {
  readonly [K in keyof MemoryCacheConfig]: MemoryCacheConfig[K] extends string ? ChoiceOption<MemoryCacheConfig[K]> : IntegerOption;
} = {
  maxItems: {
    kind: "integer",
    default: 10_000,
    min: 100,
    max: 1_000_000,
    description: "The maximum number of records in memory. The index always holds all records.",
  },
  maxBytes: {
    kind: "integer",
    default: 64 * MIB,
    min: MIB,
    max: 64 * GIB,
    description: "The maximum number of bytes that the records in memory take, by an estimate.",
  },
  evictionStrategy: {
    kind: "choice",
    default: "lru",
    choices: EVICTION_STRATEGY_NAMES,
    description: "Which record is evicted first when a bound is reached. docs/decisions/0006 compares the strategies.",
  },
  evictionBatchSize: {
    kind: "integer",
    default: 100,
    min: 1,
    max: 1_000,
    description: "How many records are evicted at once when a bound is reached, at most half of the records in memory.",
  },
  syncIntervalSeconds: {
    kind: "integer",
    default: 300,
    min: 10,
    max: 3_600,
    description: "Seconds from the end of one periodic sync with the database to the start of the next.",
  },
  staleAfterSeconds: {
    kind: "integer",
    default: 600,
    min: 10,
    max: 86_400,
    description: "Seconds without a confirmation by the database after which answers are marked as stale.",
  },
  sharedBytes: {
    kind: "integer",
    default: 64 * MIB,
    min: MIB,
    max: 4 * GIB,
    description: "How many bytes of shared memory hold records for worker threads, if the cache is shared.",
  },
};

/**
 * Adds the defaults for options that `value` leaves out. Throws one `E_CONFIG` with every problem
 * and its option. An unknown option is a problem.
 */
export function parseMemoryCacheConfig(value: unknown = {}): MemoryCacheConfig {
  const problems = new Problems();
  const options = readInput("E_CONFIG", "the memory cache configuration", () => {
    const given = problems.object("", value, Object.keys(MEMORY_CACHE_OPTIONS));
    return Object.entries(MEMORY_CACHE_OPTIONS).map(([name, option]) => {
      const own = given[name];
      return [name, own === undefined ? option.default : checkOption(problems, name, option, own)] as const;
    });
  });
  if (problems.found.length > 0) throw new ConfigError("memory cache configuration", problems.found);
  return Object.freeze(Object.fromEntries(options) as unknown as MemoryCacheConfig);
}
