import { expect, test } from "vitest";
import { check } from "../../consistency/check.ts";
import { PLANTS } from "../../consistency/subject.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

const SEED = Number(process.env["FC_SEED"] ?? Date.now() % 1_000_000);

test("processes that share an SQLite file, die and are started again, keep every law, and none is ever locked out", async () => {
  const { proof, driven } = await check({ database: "sqlite", processes: 4, seconds: 6, seed: SEED, folder: temporaryDirectory() });
  expect(proof.violations, `seed ${SEED}`).toEqual([]);
  expect(proof.failures).toEqual({});
  expect(proof.checked["final"]).toBe(8);
  expect(driven.kills + driven.ends).toBeGreaterThan(0);
});

test("processes that share a PostgreSQL server, which is killed under them, keep every law", async () => {
  const { proof, driven } = await check({ database: "postgres", processes: 4, seconds: 8, seed: SEED, folder: temporaryDirectory() });
  expect(proof.violations, `seed ${SEED}`).toEqual([]);
  expect(proof.checked["final"]).toBe(8);
  expect(driven.disturbances).toBeGreaterThan(0);
});

test.each(Object.keys(PLANTS))("the bug %s, planted in one process, is found", async (plant) => {
  const { proof } = await check({ database: "sqlite", processes: 2, seconds: 2, seed: SEED, plant, folder: temporaryDirectory() });
  expect(proof.violations, `seed ${SEED}`).toContainEqual(expect.stringMatching(PLANTS[plant]?.found ?? /^$/));
});
