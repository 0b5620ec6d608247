import type { Migration } from "../../schema/migration.ts";
import { storeOfRecord } from "./0001-store-of-record.ts";
import { histories } from "./0002-histories.ts";
import { sourceRuns } from "./0003-source-runs.ts";
import { revisionTimes } from "./0004-revision-times.ts";
import { checkpoints } from "./0005-checkpoints.ts";
import { symbolsAndReferences } from "./0006-symbols-and-references.ts";
import { keptExtractions } from "./0007-kept-extractions.ts";

/**
 * All steps of the schema, oldest first. For a new step, add a file here and a line to this list.
 */
export const MIGRATIONS: readonly Migration[] = [
  storeOfRecord,
  histories,
  sourceRuns,
  revisionTimes,
  checkpoints,
  symbolsAndReferences,
  keptExtractions,
];
