import { weighRecord } from "../../src/record/weight.ts";
import { childArgument } from "./child.ts";
import { heapGrowth } from "./heap-growth.ts";
import { readRecords } from "./read-records.ts";

export interface RecordWeightsArgument {
  readonly file: string;
  readonly records: number;
}

export interface RecordWeights {
  readonly records: number;
  /** The growth of the heap, and the result of `weighRecord` for the same records. */
  readonly bytes: number;
  readonly weight: number;
  readonly jsonBytes: number;
}

if (import.meta.main) {
  const { file, records } = childArgument() as RecordWeightsArgument;
  void [...readRecords(file, Math.min(records, 200))];
  const { bytes, built } = await heapGrowth(() => [...readRecords(file, records)]);
  const weight = built.reduce((sum, record) => sum + weighRecord(record), 0);
  const jsonBytes = built.reduce((sum, record) => sum + JSON.stringify(record).length, 0);
  console.log(JSON.stringify({ records: built.length, bytes, weight, jsonBytes } satisfies RecordWeights));
}
