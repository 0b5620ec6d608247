import { join } from "node:path";
import { compareValues } from "../../base/text/text-order.ts";
import { BASELINE_FILE, parseBaseline, withoutBaselined } from "../../check/baseline.ts";
import { CheckedTree, type CheckedRecord } from "../../check/checked-tree.ts";
import { readBaseline } from "../../check/run/baseline-text.ts";
import { withoutLeftOut } from "../../check/run/left-out.ts";
import { type CheckResult, runCheck } from "../../check/run/run-check.ts";
import { SourceLines } from "../../check/run/source-lines.ts";
import { readStoredRecords } from "../../check/run/stored-records.ts";
import type { OpenProject } from "../projects/served-project.ts";
import type { AskedChange } from "./asked-change.ts";
import type { ProjectFiles } from "./project-files.ts";
import { learnCitedDocuments, recordsInScope } from "./scoped-records.ts";

/**
 * The limit for searching the history of git. A longer wait is not worth it. Without the history, a
 * finding only says that the file does not exist.
 */
const HISTORY_MS = 3_000;
const ROWS_A_PAGE = 500;

export interface ProjectCheck {
  readonly result: CheckResult;
  /** What the check could not find out, and why. */
  readonly notes: readonly string[];
  readonly revision: number;
}

/**
 * Returns what `metacache check` finds in this part of the project, from the records of the cache.
 * Leaves out the rules that the project defines: only the command checks these.
 */
export async function checkProject(
  { root, cache, store, check, clock }: OpenProject,
  { change }: AskedChange,
  { recorded, others, closed }: ProjectFiles,
  signal: AbortSignal,
): Promise<ProjectCheck> {
  const { revision } = cache;
  const records =
    change === undefined
      ? await readStoredRecords(await store.scan(ROWS_A_PAGE, undefined, "references"))
      : await recordsInScope(cache, change, signal);
  const tree = new CheckedTree({ records, others: [...recorded, ...others], closed });
  const lines = new SourceLines(root);
  const kept = withoutLeftOut(inOrder(records), check, lines).records;
  await learnCitedDocuments(cache, tree, kept, signal);
  const notes: string[] = [];
  const config = { ...check, rules: {} };
  const note = (text: string): void => void notes.push(text);
  const found = await runCheck({ root, tree, records: kept, lines, change, config, clock, note, historyMs: HISTORY_MS });
  const baseline = readBaseline(root);
  const { findings, ignored } = withoutBaselined(
    found.findings,
    baseline === undefined ? [] : parseBaseline(join(root, BASELINE_FILE), baseline),
  );
  return { result: { ...found, findings, ignored: found.ignored + ignored }, notes, revision };
}

function inOrder(records: readonly CheckedRecord[]): readonly CheckedRecord[] {
  return records.toSorted((one, other) => compareValues(one.path, other.path));
}
