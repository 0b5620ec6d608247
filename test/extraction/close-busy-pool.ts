import { systemClock } from "../../src/base/clock.ts";
import { ExtractionPool } from "../../src/extraction/pool/extraction-pool.ts";
import { parseProjectPath } from "../../src/record/project-path.ts";

/** A program that closes a pool in the middle of its work, and should then end by itself. */
const [workerUrl = "", root = ""] = process.argv.slice(2);
const extraction = { root, maxFileBytes: 1_000, budgetMs: 600_000 };
const pool = new ExtractionPool({ workers: 2, extraction, clock: systemClock, workerUrl: new URL(workerUrl) });
const outcomes = Promise.allSettled(["hang", "a", "a", "hang"].map((path) => pool.extract({ path: parseProjectPath(path) })));
await systemClock.sleep(300);
await pool.close();
await outcomes;
console.log("closed");
