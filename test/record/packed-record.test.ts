import fc from "fast-check";
import { expect, test } from "vitest";
import { packRecord, unpackRecord } from "../../src/record/parsing/packed-record.ts";
import { arbitraryFileMetadata } from "../support/arbitrary-file-metadata.ts";
import { recordOf } from "../support/small-records.ts";

function isDeeplyFrozen(value: unknown): boolean {
  return typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen));
}

test("a record that was packed and unpacked is the same, field by field in the same order, and deeply frozen", () => {
  fc.assert(
    fc.property(arbitraryFileMetadata, (record) => {
      const unpacked = unpackRecord(packRecord(record));
      expect(unpacked).toEqual(record);
      expect(JSON.stringify(unpacked)).toBe(JSON.stringify(record));
      expect(isDeeplyFrozen(unpacked)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("an empty text that may be missing stays apart from a missing one", () => {
  const record = recordOf({ path: "a.ts" });
  const references = [
    { target: "a.md", line: 1, note: "" },
    { target: "b.md", line: 2 },
  ];
  const noted = { ...record, headerSections: { ...record.headerSections, referenceDocumentation: references } };
  expect(JSON.stringify(unpackRecord(packRecord(noted)))).toBe(JSON.stringify(noted));
});

test("what is empty takes no bytes but a digit", () => {
  const record = recordOf({ path: "a.ts", functions: ["f"] });
  expect(packRecord(record).length).toBeLessThan(JSON.stringify(record).length / 3);
});
