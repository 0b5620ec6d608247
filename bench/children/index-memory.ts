import { IndexLoader } from "../../src/indexing/index-loader.ts";
import { finished } from "../../src/indexing/index-manager.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { termsOf } from "../../src/record/terms.ts";
import { PlanIndexManager } from "../rivals/plan.ts";
import { childArgument } from "./child.ts";
import { heapGrowth } from "./heap-growth.ts";
import { readRecords } from "./read-records.ts";

export interface IndexMemoryArgument {
  readonly index: IndexName;
  readonly file: string;
  readonly records: number;
}

export interface IndexMemory {
  readonly bytes: number;
  /** The number of characters of all paths, which every index needs. */
  readonly pathBytes: number;
  /** The index's own estimate, if it gives one. */
  readonly ownEstimate?: number;
}

interface BuiltIndex {
  readonly kept: unknown;
  readonly pathBytes: number;
  readonly ownEstimate?: number;
}

/** Keeps nothing except the index: records are read one by one, then dropped. */
const BUILDERS = {
  metacache(records: Iterable<FileMetadata>): BuiltIndex {
    const loader = new IndexLoader();
    let pathBytes = 0;
    let revision = 0;
    for (const record of records) {
      loader.add(record, ++revision, termsOf(record));
      pathBytes += record.path.length;
    }
    const index = finished(loader.finish());
    return { kept: index, pathBytes, ownEstimate: index.byteLength() };
  },
  plan(records: Iterable<FileMetadata>): BuiltIndex {
    const index = new PlanIndexManager();
    let pathBytes = 0;
    for (const record of records) {
      index.indexMetadata(record);
      pathBytes += record.path.length;
    }
    return { kept: index, pathBytes };
  },
  /**
   * A `Map<term, number[]>` over an array of paths: what a careful engineer would write without
   * compressing anything.
   */
  "hand-written"(records: Iterable<FileMetadata>): BuiltIndex {
    const numbers = new Map<string, number>();
    const paths: string[] = [];
    const lists = new Map<string, number[]>();
    let pathBytes = 0;
    for (const record of records) {
      numbers.set(record.path, paths.push(record.path) - 1);
      for (const [name, terms] of Object.entries(termsOf(record))) {
        for (const term of terms) {
          const key = `${name}:${term}`;
          const list = lists.get(key);
          if (list === undefined) lists.set(key, [paths.length - 1]);
          else list.push(paths.length - 1);
        }
      }
      pathBytes += record.path.length;
    }
    return { kept: [numbers, paths, lists], pathBytes };
  },
} as const;

export type IndexName = keyof typeof BUILDERS;

if (import.meta.main) {
  const { index, file, records } = childArgument() as IndexMemoryArgument;
  const build = BUILDERS[index];
  build(readRecords(file, Math.min(2_000, records)));
  const { bytes, built } = await heapGrowth(() => build(readRecords(file, records)));
  const { pathBytes, ownEstimate, kept } = built;
  if (kept === undefined) throw new Error("nothing was built");
  console.log(JSON.stringify({ bytes, pathBytes, ...(ownEstimate !== undefined && { ownEstimate }) } satisfies IndexMemory));
}
