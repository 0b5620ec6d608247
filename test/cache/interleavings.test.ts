import fc from "fast-check";
import { describe, test } from "vitest";
import { EVICTION_STRATEGY_NAMES } from "../../src/config/memory-cache-config.ts";
import { cacheOperation, contendedRecord } from "../support/cache-operation.ts";
import { InterleavedCache, type Scenario } from "../support/interleaved-cache.ts";

describe("MetadataCache, while everything happens at once", () => {
  test.each(EVICTION_STRATEGY_NAMES)("is right at every step and in every answer, with %s eviction", async (evictionStrategy) => {
    const scenario: fc.Arbitrary<Scenario> = fc.record({
      config: fc.record({
        maxItems: fc.integer({ min: 1, max: 3 }),
        // Room for all, or for about two.
        maxBytes: fc.constantFrom(1_000_000, 900),
        evictionStrategy: fc.constant(evictionStrategy),
        evictionBatchSize: fc.integer({ min: 1, max: 3 }),
        syncIntervalSeconds: fc.constant(300),
        staleAfterSeconds: fc.constant(600),
        sharedBytes: fc.constant(1_048_576),
      }),
      initial: fc.array(contendedRecord, { maxLength: 5 }),
      operations: fc.array(cacheOperation, { minLength: 2, maxLength: 12 }),
      failures: fc.array(fc.nat(30), { maxLength: 3 }),
      compacts: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    });
    await fc.assert(fc.asyncProperty(fc.scheduler(), scenario, InterleavedCache.run), { numRuns: 400 });
  });
});
