import { parentPort, workerData } from "node:worker_threads";
import { checkedRecord, hashOf } from "./checked-record.ts";
import { attachMetadataCache } from "../../src/threads/reader/attached-cache.ts";
import type { CacheHandle } from "../../src/threads/owner/cache-share.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";

// A thread that reads a shared cache as fast as it can, checks everything that it is handed, and
// writes now and then.

const { handle, paths, reads, name } = workerData as {
  readonly handle: CacheHandle;
  readonly paths: readonly string[];
  readonly reads: number;
  readonly name: string;
};

const faults: string[] = [];
const newest = new Map<string, number>();
let revision = 0;
let found = 0;

/**
 * Whole, by its own checksum; and no older than what this thread has seen of its path. `size`
 * counts a record's versions.
 */
function check(record: FileMetadata, where: string): void {
  found++;
  if (record.digest !== hashOf(record)) faults.push(`${where}: ${record.path} is not whole`);
  const before = newest.get(record.path) ?? 0;
  if (record.modifiedAt < before) faults.push(`${where}: ${record.path} was at ${before}, and is at ${record.modifiedAt}`);
  newest.set(record.path, record.modifiedAt);
}

function checkRevision(next: number, where: string): void {
  if (next < revision) faults.push(`${where}: revision ${next} after ${revision}`);
  revision = Math.max(revision, next);
}

const cache = await attachMetadataCache(handle);
for (let read = 0; read < reads; read++) {
  const path = paths[(read * 7 + name.length) % paths.length] ?? "";
  const peeked = cache.peek(path);
  if (peeked !== undefined) check(peeked, "peek");
  checkRevision(cache.revision, "revision");
  if (read % 50 === 0) {
    const got = await cache.getMetadata(path);
    if (got !== undefined) check(got, "getMetadata");
  }
  if (read % 200 === 0) {
    const answer = await cache.query({ functionName: `f${read % 5}`, limit: 10 });
    checkRevision(answer.revision, "query");
    for (const record of answer.items) {
      check(record, "query");
      if (!record.functions.some((each) => each.name === `f${read % 5}`)) faults.push(`query: ${record.path} does not match`);
    }
  }
  if (read % 1_000 === 999) {
    const own = `own/${name}.ts`;
    const record = checkedRecord(own, read, 3);
    const report = await cache.update(record);
    checkRevision(report.revision, "update");
    const seen = await cache.getMetadata(own);
    if (seen?.digest !== record.digest) faults.push(`own write: ${own} is not seen`);
    if (!(await cache.paths({ pathPrefix: own })).includes(own as never)) faults.push(`own write: ${own} is not in the index`);
  }
}
parentPort?.postMessage({ faults, found, statistics: cache.statistics() });
cache.detach();
