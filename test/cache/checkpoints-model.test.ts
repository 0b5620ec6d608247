import fc from "fast-check";
import { expect, test } from "vitest";
import { type CheckpointLives, memoryLives, sqliteLives } from "../support/checkpoint-lives.ts";
import { CheckpointedCache, type CheckpointScenario, type CheckpointStep } from "../support/checkpointed-cache.ts";
import { smallPath, smallQuery, smallRecord } from "../support/small-records.ts";

const records = fc.array(smallRecord, { minLength: 1, maxLength: 3 });
const turns = fc.nat(24);

const step: fc.Arbitrary<CheckpointStep> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("update" as const), records }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("foreign write" as const), records }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("remove" as const, "foreign removal" as const), path: smallPath }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("turns" as const), turns }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("die" as const, "die opening" as const), turns }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        "sync" as const,
        "clear" as const,
        "compact" as const,
        "load" as const,
        "reopen" as const,
        "other opens" as const,
        "restore" as const,
      ),
    }),
  },
);

const scenario: fc.Arbitrary<CheckpointScenario> = fc.record({
  initial: fc.array(smallRecord, { minLength: 1, maxLength: 5 }),
  steps: fc.array(fc.tuple(step, smallQuery), { minLength: 1, maxLength: 30 }),
});

const LIVES: [string, () => Promise<CheckpointLives>, runs: number][] = [
  ["the memory database", memoryLives, 300],
  ["SQLite", sqliteLives, 40],
];

test.each(LIVES)(
  "with merges and checkpoints in %s between any two steps of a process that dies at any of them, every answer is what a plain scan finds",
  async (_, makeLives, numRuns) => {
    const openings = { fromCheckpoint: 0, fromRows: 0 };
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), scenario, async (scheduler, given) => {
        await CheckpointedCache.run(scheduler, await makeLives(), given, openings);
      }),
      { numRuns },
    );
    expect(openings.fromCheckpoint).toBeGreaterThan(openings.fromRows / 4);
  },
);
