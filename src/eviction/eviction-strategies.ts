import type { EvictionStrategyName } from "../config/memory-cache-config.ts";
import type { EvictionStrategy } from "./eviction-strategy.ts";
import { LFUEvictionStrategy } from "./lfu-eviction-strategy.ts";
import { LRUEvictionStrategy } from "./lru-eviction-strategy.ts";
import { S3FIFOEvictionStrategy } from "./s3-fifo-eviction-strategy.ts";
import { WTinyLFUEvictionStrategy } from "./w-tinylfu-eviction-strategy.ts";

/**
 * Every strategy by its name in the configuration. A new strategy is a new file, and one line here.
 */
export const EVICTION_STRATEGIES: Readonly<Record<EvictionStrategyName, () => EvictionStrategy>> = {
  lru: () => new LRUEvictionStrategy(),
  lfu: () => new LFUEvictionStrategy(),
  "s3-fifo": () => new S3FIFOEvictionStrategy(),
  "w-tinylfu": () => new WTinyLFUEvictionStrategy(),
};
