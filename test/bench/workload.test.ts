import { describe, expect, test } from "vitest";
import {
  CLASS_NAMES,
  className,
  CLASSES_A_RECORD,
  documentName,
  DOCUMENTS,
  FUNCTION_NAMES,
  functionName,
  FUNCTIONS_A_RECORD,
  LANGUAGES,
  REFERENCES_A_RECORD,
  withRenamedFunction,
  Workload,
} from "../../bench/inputs/workload.ts";
import { parseFileMetadata } from "../../src/record/parsing/parse-file-metadata.ts";

const RECORDS = 20_000;
const workload = new Workload({ records: RECORDS, seed: 7 });
const records = [...workload.all()];

describe("the benchmark's workload", () => {
  test("has as many functions, classes and references a record as it says, no name twice in one record", () => {
    for (const { functions, classes, headerSections } of records) {
      expect(new Set(functions.map(({ name }) => name)).size).toBe(FUNCTIONS_A_RECORD);
      expect(new Set(classes.map(({ name }) => name)).size).toBe(CLASSES_A_RECORD);
      expect(new Set(headerSections.referenceDocumentation.map(({ target }) => target)).size).toBe(REFERENCES_A_RECORD);
    }
  });

  test("has names that differ, one for each rank", () => {
    expect(new Set(Array.from({ length: FUNCTION_NAMES }, (_, rank) => functionName(rank))).size).toBe(FUNCTION_NAMES);
    expect(new Set(Array.from({ length: CLASS_NAMES }, (_, rank) => className(rank))).size).toBe(CLASS_NAMES);
    expect(new Set(Array.from({ length: DOCUMENTS }, (_, number) => documentName(number))).size).toBe(DOCUMENTS);
  });

  test("has languages by Zipf 1 and names of functions by Zipf 0.8", () => {
    const languages = counts(records.map(({ language }) => language));
    const harmonic = LANGUAGES.reduce((sum, _, rank) => sum + 1 / (rank + 1), 0);
    LANGUAGES.forEach(([language], rank) => {
      const expected = RECORDS / (rank + 1) / harmonic;
      expect(Math.abs((languages.get(language) ?? 0) - expected)).toBeLessThan(5 * Math.sqrt(expected));
    });
    const functions = counts(records.flatMap((record) => record.functions.map(({ name }) => name)));
    const total = Array.from({ length: FUNCTION_NAMES }, (_, rank) => (rank + 1) ** -0.8).reduce((sum, share) => sum + share, 0);
    for (const rank of [5, 20, 100]) {
      const expected = (RECORDS * FUNCTIONS_A_RECORD * (rank + 1) ** -0.8) / total;
      expect(Math.abs((functions.get(functionName(rank)) ?? 0) - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
  });

  test("has every document in about as many records as any other", () => {
    const documents = counts(records.flatMap(({ headerSections }) => headerSections.referenceDocumentation.map(({ target }) => target)));
    const expected = (RECORDS * REFERENCES_A_RECORD) / DOCUMENTS;
    for (const count of documents.values()) expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
    expect(documents.size).toBe(DOCUMENTS);
  });

  test("has paths of about 40 characters, all different, and about 2 KB of JSON a record", () => {
    expect(new Set(records.map(({ path }) => path)).size).toBe(RECORDS);
    expect(average(records.map(({ path }) => path.length))).toBeGreaterThan(34);
    expect(average(records.map(({ path }) => path.length))).toBeLessThan(46);
    expect(average(records.map((record) => JSON.stringify(record).length))).toBeGreaterThan(1_800);
    expect(average(records.map((record) => JSON.stringify(record).length))).toBeLessThan(2_600);
  });

  test("is the same for the same seed, record by record, and another for another seed", () => {
    expect(new Workload({ records: 10, seed: 7 }).record(9)).toEqual(workload.record(9));
    expect(new Workload({ records: 10, seed: 8 }).record(9)).not.toEqual(workload.record(9));
  });

  test("makes records as the cache keeps them: valid and frozen", () => {
    const record = workload.record(3);
    expect(parseFileMetadata(record)).toEqual(record);
    expect(Object.isFrozen(record.functions[0]?.docSections)).toBe(true);
  });

  test("renames one function and nothing else", () => {
    const record = workload.record(3);
    const renamed = withRenamedFunction(record, "another");
    expect(renamed.functions[0]?.name).toBe("another");
    expect({ ...renamed, functions: [record.functions[0], ...renamed.functions.slice(1)], modifiedAt: record.modifiedAt }).toEqual(record);
  });
});

function counts(values: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
  return found;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
