import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { Random } from "../../testing/random.ts";
import { assertShuffled, type Insertion } from "../inputs/shuffled.ts";
import { childArgument } from "./child.ts";
import { readRecords } from "./read-records.ts";

export interface ShuffleDatabaseArgument {
  readonly what: string;
  readonly from: string;
  /** The new database, and the name of the project in it. */
  readonly to: string;
  readonly project: string;
  readonly seed: number;
}

const RECORDS_A_WRITE = 500;

// Indexing inserts files in the order in which it finds them. This puts the same records into a new
// database, in shuffled order.
if (import.meta.main) {
  const { what, from, to, project, seed } = childArgument() as ShuffleDatabaseArgument;
  const records = new Random(seed).shuffled([...readRecords(from, Number.MAX_SAFE_INTEGER)]);
  const insertion = assertShuffled(
    what,
    records.map(({ path }) => path),
  );
  await using cache = await openMetadataCache({ project, database: to, maxItems: 100, environment: {} });
  for (let start = 0; start < records.length; start += RECORDS_A_WRITE) await cache.update(records.slice(start, start + RECORDS_A_WRITE));
  console.log(JSON.stringify(insertion satisfies Insertion));
}
