import { expect, test } from "vitest";
import { check } from "../../consistency/check.ts";
import { occasionsFor, PLANTS } from "../../consistency/plants/plants.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

const SEED = Number(process.env["FC_SEED"] ?? Date.now() % 1_000_000);
const PROCESSES = 4;
const THREADS = 1;
/** One for each project; and in each thread that there was time to start. */
const CACHES = 2 * PROCESSES;
/** A net: a process may take long to start on a loaded machine. */
const PATIENCE = { timeout: 600_000 };

test(
  "processes that share an SQLite file, which is set back under them, die and are started again, keep every law, and none is ever locked out",
  PATIENCE,
  async () => {
    const { violations, proof, driven } = await check({
      database: "sqlite",
      processes: PROCESSES,
      threads: THREADS,
      seconds: 8,
      restores: 2,
      seed: SEED,
      folder: temporaryDirectory(),
    });
    expect(violations, `seed ${SEED}`).toEqual([]);
    expect(proof.failures).toEqual({});
    expect(proof.checked["final"]).toBeGreaterThanOrEqual(CACHES);
    expect(driven.kills + driven.ends).toBeGreaterThan(0);
    expect(driven.restores).toBeGreaterThan(0);
  },
);

test("processes that share a PostgreSQL server, which is killed under them, keep every law", PATIENCE, async () => {
  const { violations, proof, driven } = await check({
    database: "postgres",
    processes: PROCESSES,
    threads: THREADS,
    seconds: 10,
    restores: 0,
    seed: SEED,
    folder: temporaryDirectory(),
  });
  expect(violations, `seed ${SEED}`).toEqual([]);
  expect(proof.checked["final"]).toBeGreaterThanOrEqual(CACHES);
  expect(driven.disturbances).toBeGreaterThan(0);
});

/**
 * A bug needs occasions: how many there are in so many operations is chance, and some bugs need one
 * that is rare.
 */
const MOST_RUNS = 6;

test.each(Object.keys(PLANTS))("the bug %s, planted in one process or in a thread of it, is found", PATIENCE, async (plant) => {
  const found = PLANTS[plant]?.found ?? /^$/;
  const seen: string[] = [];
  for (let run = 0; run < MOST_RUNS && !seen.some((violation) => found.test(violation)); run++) {
    const { violations } = await check({
      database: "sqlite",
      processes: 2,
      ...occasionsFor(plant),
      // As long as these take.
      operations: 3_000,
      seconds: 600,
      seed: SEED + run,
      plant,
      folder: temporaryDirectory(),
    });
    seen.push(...violations);
  }
  expect(seen, `seed ${SEED}`).toContainEqual(expect.stringMatching(found));
});
