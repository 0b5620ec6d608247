import type { Row } from "../row.ts";
import { coldRow } from "./queries/cold-row.ts";
import { commandRow } from "./command-row.ts";
import { evictionRow } from "./memory/eviction-row.ts";
import { firstPageRow } from "./queries/first-page-row.ts";
import { fullLoadRow } from "./full-load-row.ts";
import { indexAloneRow } from "./index-alone-row.ts";
import { indexMemoryRow } from "./memory/index-memory-row.ts";
import { languageAndFunctionRow } from "./queries/language-and-function-row.ts";
import { memoryRow } from "./memory/memory-row.ts";
import { noticingRow } from "./noticing-row.ts";
import { pathPatternRow } from "./queries/path-pattern-row.ts";
import { openRow } from "./open-row.ts";
import { peekRow } from "./queries/peek-row.ts";
import { referencesRow } from "./queries/references-row.ts";
import { referenceDocRow } from "./queries/reference-doc-row.ts";
import { symbolsRow } from "./queries/symbols-row.ts";
import { syncRow } from "./sync-row.ts";
import { threadsRow } from "./threads-row.ts";
import { updateRow } from "./update-row.ts";
import { weightRow } from "./memory/weight-row.ts";
import { workerReadsRow } from "./worker-reads-row.ts";

/** The rows of the table, from the top to the bottom. A new row is a new file and one line here. */
export const ROWS: readonly Row[] = [
  peekRow,
  languageAndFunctionRow,
  referenceDocRow,
  referencesRow,
  firstPageRow,
  indexAloneRow,
  pathPatternRow,
  symbolsRow,
  coldRow,
  evictionRow,
  updateRow,
  openRow,
  commandRow,
  fullLoadRow,
  syncRow,
  noticingRow,
  indexMemoryRow,
  memoryRow,
  weightRow,
  threadsRow,
  workerReadsRow,
];
