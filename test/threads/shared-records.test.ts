import fc from "fast-check";
import { expect, test } from "vitest";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { packRecord } from "../../src/record/parsing/packed-record.ts";
import { hashPath, newSharedRecords, PROBES, SharedRecordsWriter, slotAt } from "../../src/threads/protocol/shared-records.ts";
import { SharedRecordsReader } from "../../src/threads/reader/shared-records-reader.ts";
import { weighRecord } from "../../src/record/weight.ts";
import { recordOf } from "../support/small-records.ts";

const PATHS = Array.from({ length: 30 }, (_, number) => `file-${number}.ts`);

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("put" as const),
      path: fc.constantFrom(...PATHS),
      intent: fc.constantFrom("", "é\u{1f600}", "long ".repeat(100), "longer ".repeat(2_000)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("delete" as const), path: fc.constantFrom(...PATHS) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("clear" as const) }) },
);

test("what is found is the newest, whole and frozen; what does not fit any more is gone, the oldest first", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), fc.constantFrom(1_024, 8_192, 262_144), (steps, ringBytes) => {
      const writer = new SharedRecordsWriter(newSharedRecords(ringBytes));
      const reader = new SharedRecordsReader(writer.memory, 1_000_000);
      // One that remembers nothing reads what stands in the ring by now.
      const forgetful = new SharedRecordsReader(writer.memory, 0);
      const model = new Map<string, { readonly record: FileMetadata; readonly revision: number }>();
      steps.forEach((next, revision) => {
        if (next.kind === "put") {
          const record = recordOf({ path: next.path, intent: next.intent, size: revision });
          const packed = packRecord(record);
          writer.put(record.path, packed, 2 ** 40 + revision);
          model.set(next.path, { record, revision: 2 ** 40 + revision });
          if (Buffer.byteLength(packed) + 8 <= ringBytes) expect(reader.get(next.path)?.record).toEqual(record);
        } else if (next.kind === "delete") {
          writer.delete(next.path);
          model.delete(next.path);
        } else {
          writer.clear();
          model.clear();
        }
        expect(writer.verify()).toEqual([]);
        for (const path of PATHS) {
          const found = reader.get(path);
          expect(found !== undefined).toBe(writer.has(path));
          expect(forgetful.get(path)?.record).toEqual(found?.record);
          if (found === undefined) continue;
          expect([found.record, found.revision]).toEqual([model.get(path)?.record, model.get(path)?.revision]);
          expect(Object.isFrozen(found.record.headerSections.constraints)).toBe(true);
          expect(reader.get(path)?.record).toBe(found.record);
        }
      });
      if (ringBytes > 200_000 && !steps.some(({ kind }) => kind === "clear")) expect(writer.count).toBe(model.size);
    }),
    { numRuns: 100 },
  );
});

test("paths whose hashes lead to the same place stand beside each other, and the oldest leaves when there is no place left", () => {
  const writer = new SharedRecordsWriter(newSharedRecords(64 * 1_024));
  const reader = new SharedRecordsReader(writer.memory, 1_000_000);
  const slots = new Int32Array(writer.memory.slots);
  const crowded = Array.from({ length: 20_000 }, (_, number) => `crowded-${number}.ts`).filter(
    (path) => slotAt(slots, hashPath(path), 0) === 0,
  );
  expect(crowded.length).toBeGreaterThan(PROBES + 2);
  const paths = crowded.slice(0, PROBES + 2);
  for (const path of paths) writer.put(path, packRecord(recordOf({ path })), 1);
  expect(paths.map((path) => reader.get(path)?.record.path)).toEqual([undefined, undefined, ...paths.slice(2)]);
  expect(writer.verify()).toEqual([]);
});

test("of small records, too, nearly all are found that the ring has room for", () => {
  const bytes = 256 * 1_024;
  const writer = new SharedRecordsWriter(newSharedRecords(bytes));
  const records = Array.from({ length: 2_000 }, (_, number) => packRecord(recordOf({ path: `${number}.ts`, intent: "x".repeat(200) })));
  records.forEach((packed, number) => writer.put(`${number}.ts`, packed, 1));
  const room = bytes / (8 + Buffer.byteLength(records.at(-1) ?? ""));
  expect(writer.count).toBeGreaterThan(0.95 * room);
});

test("what is remembered stays within its bytes, the one that was not used leaves first, and each use is counted", () => {
  const writer = new SharedRecordsWriter(newSharedRecords(64 * 1_024));
  const records = PATHS.slice(0, 6).map((path) => recordOf({ path, intent: "the same length" }));
  for (const record of records) writer.put(record.path, packRecord(record), 1);
  const weights = records.map(weighRecord);
  const most = weights.slice(0, 3).reduce((sum, weight) => sum + weight, 0);
  const reader = new SharedRecordsReader(writer.memory, most);
  const get = (number: number): unknown => reader.get(PATHS[number] ?? "")?.record;
  const first = get(0);
  const third = [get(1), get(2)][1];
  expect(reader.statistics).toEqual({ records: 3, bytes: most, hits: 0, misses: 3 });
  expect(get(0)).toBe(first);
  const fourth = get(3);
  expect(reader.statistics).toMatchObject({ records: 3, hits: 1, misses: 4 });
  expect([get(2), get(0), get(3)]).toEqual([third, first, fourth]);
  expect([get(2) === third, get(0) === first, get(3) === fourth]).toEqual([true, true, true]);
  // The second one was used longest ago: it has left.
  expect(reader.statistics).toMatchObject({ hits: 7, misses: 4 });
  get(1);
  expect(reader.statistics).toMatchObject({ records: 3, bytes: most, hits: 7, misses: 5 });
  // What is no longer shared is no longer remembered, once it was asked for.
  writer.clear();
  for (let number = 0; number < 6; number++) expect(get(number)).toBeUndefined();
  expect(reader.statistics).toMatchObject({ records: 0, bytes: 0 });
});

test("a reader that is to remember nothing finds everything nevertheless, and so does one that is handed what is heavier than all it may keep", () => {
  const writer = new SharedRecordsWriter(newSharedRecords(64 * 1_024));
  const record = recordOf({ path: "a.ts", intent: "long ".repeat(1_000) });
  writer.put(record.path, packRecord(record), 1);
  for (const bytes of [0, 1_000]) {
    const reader = new SharedRecordsReader(writer.memory, bytes);
    expect([reader.get("a.ts")?.record, reader.get("a.ts")?.record]).toEqual([record, record]);
    expect(reader.statistics).toEqual({ records: 0, bytes: 0, hits: 0, misses: 2 });
  }
});
