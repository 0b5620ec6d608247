import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Driven, drive } from "./driver.ts";
import { PostgresTarget } from "./targets/postgres-target.ts";
import { type Proof, prove } from "./proof/proof.ts";
import { SqliteTarget } from "./targets/sqlite-target.ts";

export interface CheckOptions {
  readonly database: "sqlite" | "postgres";
  readonly processes: number;
  readonly threads: number;
  readonly seconds: number;
  readonly operations?: number | undefined;
  /**
   * An older state is put back every `restores` to twice `restores` seconds; never if 0. Only
   * SQLite supports this here.
   */
  readonly restores: number;
  readonly leastRestores?: number | undefined;
  /** The run does not end before this many processes were started. Their lives are then short. */
  readonly leastStarts?: number | undefined;
  readonly seed: number;
  readonly plant?: string | undefined;
  /** The folder for the logs. The caller removes it. */
  readonly folder: string;
}

export interface CheckResult {
  readonly driven: Driven;
  readonly proof: Proof;
  /** The violations of all processes and of the proof. */
  readonly violations: readonly string[];
  readonly operations: number;
  /** For how long operations were made, in seconds. */
  readonly drivenSeconds: number;
  readonly provenSeconds: number;
}

/**
 * Lets processes and their threads work on one database at random for a while. Then proves from
 * their logs that all laws were kept.
 */
export async function check(options: CheckOptions): Promise<CheckResult> {
  const target = options.database === "sqlite" ? await SqliteTarget.start() : await PostgresTarget.start();
  try {
    const start = performance.now();
    const driven = await drive({ ...options, target });
    const drivenSeconds = (performance.now() - start) / 1_000;
    const logs = readdirSync(options.folder).filter((name) => name.endsWith(".log"));
    const proof = await prove(
      target,
      logs.map((name) => join(options.folder, name)),
    );
    const provenSeconds = (performance.now() - start) / 1_000 - drivenSeconds;
    // A write is one operation with two lines in the log. A write that a killed process has begun
    // does not count.
    const operations = Object.entries(proof.checked).reduce((sum, [kind, count]) => sum + (kind === "writing" ? 0 : count), 0);
    const violations = [...driven.findings, ...proof.violations];
    return { driven, proof, violations, operations, drivenSeconds, provenSeconds };
  } finally {
    await target.stop();
  }
}
