import type { CheckedRecord } from "../../checked-tree.ts";
import type { IndexingConfig } from "../../../config/indexing-config.ts";
import { IgnoreRules } from "../../../extraction/tree/ignore-rules.ts";
import { extractedRecords } from "./extracted-records.ts";
import type { StagedFiles } from "./staged-files.ts";

/**
 * Returns the records of the files as they are staged. Takes the record of the working tree
 * (`known`) if the content is the same. Otherwise makes the record from the content in the index.
 * `skipped` are the files that have no record in the working tree because of their content.
 */
export async function stagedRecords(
  staged: StagedFiles,
  known: ReadonlyMap<string, CheckedRecord>,
  skipped: ReadonlySet<string>,
  { maxFileBytes, languages, exclude }: IndexingConfig,
): Promise<readonly CheckedRecord[]> {
  const records: CheckedRecord[] = [];
  const excluded = IgnoreRules.ofPatterns(exclude, "exclude");
  const asked: string[] = [];
  for (const path of staged.paths()) {
    const record = known.get(path);
    if (!staged.isAsInTree(path) || (record === undefined && !skipped.has(path))) asked.push(path);
    else if (record !== undefined) records.push(record);
  }
  const wanted = asked.filter((path) => !excluded.ignores(path, false));
  if (wanted.length === 0) return records;
  for await (const record of extractedRecords(staged.read(wanted, maxFileBytes)))
    if (languages === undefined || languages.includes(record.language)) records.push(record);
  return records;
}
