import { workerData } from "node:worker_threads";
import { type SharedRecordsMemory, SharedRecordsWriter } from "../../src/threads/protocol/shared-records.ts";
import { packRecord } from "../../src/record/parsing/packed-record.ts";
import { checkedRecord } from "./checked-record.ts";

// A thread that writes a few records over and over, into a ring that is always full, until it is
// told to stop.

const { memory, stop, paths } = workerData as {
  readonly memory: SharedRecordsMemory;
  readonly stop: SharedArrayBuffer;
  readonly paths: readonly string[];
};
const stopped = new Int32Array(stop);
const writer = new SharedRecordsWriter(memory);
// Made beforehand: so that nearly all of the time is spent where threads can meet.
const versions = Array.from({ length: 400 }, (_, version) => {
  const path = paths[version % paths.length] ?? "";
  return { path, version, packed: packRecord(checkedRecord(path, version, 3 + (version % 9))) };
});
while (Atomics.load(stopped, 0) === 0) {
  for (const { path, packed, version } of versions) writer.put(path, packed, version);
}
