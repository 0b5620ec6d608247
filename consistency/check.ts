import { type Driven, drive } from "./driver.ts";
import { PostgresTarget } from "./postgres-target.ts";
import { type Proof, prove } from "./proof.ts";
import { SqliteTarget } from "./sqlite-target.ts";

export interface CheckOptions {
  readonly database: "sqlite" | "postgres";
  readonly processes: number;
  readonly seconds: number;
  readonly seed: number;
  readonly plant?: string | undefined;
  /** For the logs; whoever gave it removes it. */
  readonly folder: string;
}

export interface CheckResult {
  readonly driven: Driven;
  readonly proof: Proof;
  readonly elapsedSeconds: number;
}

/** Lets processes work on one database at random for a while, and proves from their logs that the laws were kept. */
export async function check(options: CheckOptions): Promise<CheckResult> {
  const start = performance.now();
  const target = options.database === "sqlite" ? await SqliteTarget.start() : await PostgresTarget.start();
  try {
    const driven = await drive({ ...options, target });
    const proof = await prove(target, driven.logs);
    return { driven, proof, elapsedSeconds: (performance.now() - start) / 1_000 };
  } finally {
    await target.stop();
  }
}
