import { setTimeout as sleep } from "node:timers/promises";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { Workload } from "../inputs/workload.ts";
import { childArgument } from "./child.ts";

export interface CommitChangesArgument {
  readonly database: string;
  readonly project: string;
  readonly changes: number;
}

/**
 * When a write was called, and when it was acknowledged, on the clock that all processes of a
 * machine share.
 */
export interface CommittedChange {
  readonly revision: number;
  readonly calledAtUs: number;
  readonly committedAtUs: number;
}

/** The records to write, one after the other: few records, again and again. */
export function changedRecords(changes: number): FileMetadata[] {
  const workload = new Workload({ records: 10, seed: 1 });
  return Array.from({ length: changes }, (_, change) => ({ ...workload.record(change % 10), size: change }));
}

export function sharedClockUs(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

if (import.meta.main) {
  const { database, project, changes } = childArgument() as CommitChangesArgument;
  await using cache = await openMetadataCache({ database, project, environment: {} });
  const committed: CommittedChange[] = [];
  for (const record of changedRecords(changes)) {
    await sleep(20 + Math.random() * 80);
    const calledAtUs = sharedClockUs();
    const { revision } = await cache.update(record);
    committed.push({ revision, calledAtUs, committedAtUs: sharedClockUs() });
  }
  console.log(JSON.stringify(committed));
}
