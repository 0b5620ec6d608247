import fc from "fast-check";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { parseFileMetadata } from "../../src/record/parsing/parse-file-metadata.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { SMALL_PATHS, smallQuery, type SmallQuery, smallRecord } from "./small-records.ts";

/** Few enough that what runs at once is often about the same file, and more than fit in memory. */
export const CONTENDED_PATHS: readonly ProjectPath[] = SMALL_PATHS.slice(0, 5) as ProjectPath[];

/** How a read is made. */
export interface ReadManner {
  readonly consistency: "cached" | "latest";
  /** Whether its caller gives up, at whatever moment. */
  readonly aborted: boolean;
}

/** One thing that somebody does while others do theirs. */
export type CacheOperation =
  | { readonly kind: "get"; readonly path: ProjectPath; readonly manner: ReadManner }
  | { readonly kind: "query"; readonly query: SmallQuery; readonly manner: ReadManner }
  | { readonly kind: "update"; readonly records: readonly FileMetadata[] }
  | { readonly kind: "remove"; readonly path: ProjectPath }
  | { readonly kind: "invalidate"; readonly path: ProjectPath }
  /** Another process changes one row, or takes it away. */
  | { readonly kind: "foreign write"; readonly record: FileMetadata }
  | { readonly kind: "foreign removal"; readonly path: ProjectPath }
  | { readonly kind: "foreign damage"; readonly path: ProjectPath }
  /** The periodic sync's time has come. */
  | { readonly kind: "tick" | "sync" | "clear" | "audit" | "compact" }
  /** A backup is put back in the store's place, or another database. */
  | { readonly kind: "restore" | "replace" };

const path = fc.constantFrom(...CONTENDED_PATHS);

export const contendedRecord: fc.Arbitrary<FileMetadata> = fc
  .tuple(smallRecord, path)
  .map(([record, own]) => parseFileMetadata({ ...record, path: own }));

const manner: fc.Arbitrary<ReadManner> = fc.record({
  consistency: fc.oneof({ weight: 3, arbitrary: fc.constant("cached" as const) }, { weight: 1, arbitrary: fc.constant("latest" as const) }),
  aborted: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

export const cacheOperation: fc.Arbitrary<CacheOperation> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("get" as const), path, manner }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("query" as const), query: smallQuery, manner }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("update" as const), records: fc.array(contendedRecord, { minLength: 1, maxLength: 2 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("remove" as const, "invalidate" as const), path }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("foreign write" as const), record: contendedRecord }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("foreign removal" as const, "foreign damage" as const), path }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("tick" as const, "sync" as const, "clear" as const, "audit" as const, "compact" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("restore" as const, "replace" as const) }) },
);
