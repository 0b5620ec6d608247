import type { EvictionStrategyName } from "../config/memory-cache-config.ts";
import type { EvictionStrategy } from "./eviction-strategy.ts";
import { LFUEvictionStrategy } from "./lfu-eviction-strategy.ts";
import { LRUEvictionStrategy } from "./lru-eviction-strategy.ts";

/** Every strategy by the name that the configuration knows it by. A new strategy is a new file and one line here. */
export const EVICTION_STRATEGIES: Readonly<Record<EvictionStrategyName, () => EvictionStrategy>> = {
  lru: () => new LRUEvictionStrategy(),
  lfu: () => new LFUEvictionStrategy(),
};
