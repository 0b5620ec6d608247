import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { childArgument } from "./child.ts";
import { heapGrowth } from "./heap-growth.ts";
import { readRecords } from "./read-records.ts";

export interface CacheMemoryArgument {
  readonly what: "metacache" | "objects";
  readonly file: string;
  /** A database of a few records, for warming up. */
  readonly smallFile: string;
  readonly project: string;
  readonly records: number;
}

export interface CacheMemory {
  readonly bytes: number;
  readonly residentBytes: number;
  /** The number of records in memory. */
  readonly residents: number;
}

if (import.meta.main) {
  const { what, file, smallFile, project, records } = childArgument() as CacheMemoryArgument;
  if (what === "metacache") {
    {
      await using warmUp = await openMetadataCache({ project, database: smallFile, environment: {} });
      await warmUp.query({ limit: 10 });
    }
    const { bytes, residentBytes, built } = await heapGrowth(() => openMetadataCache({ project, database: file, environment: {} }));
    const { residents } = built.getStats();
    await built.shutdown();
    console.log(JSON.stringify({ bytes, residentBytes, residents } satisfies CacheMemory));
  } else {
    // Every record as an object in one Map: the memory that keeping all records takes.
    void new Map(Array.from(readRecords(smallFile, records), (record) => [record.path, record]));
    const { bytes, residentBytes, built } = await heapGrowth(
      () => new Map(Array.from(readRecords(file, records), (record) => [record.path, record])),
    );
    console.log(JSON.stringify({ bytes, residentBytes, residents: built.size } satisfies CacheMemory));
  }
}
