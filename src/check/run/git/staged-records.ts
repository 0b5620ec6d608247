import { checkedPart, type CheckedRecord } from "../../checked-tree.ts";
import type { IndexingConfig } from "../../../config/indexing-config.ts";
import { FileExtractor } from "../../../extraction/file-extractor.ts";
import { DEFAULT_BUDGET_MS } from "../../../extraction/run/index-source-tree.ts";
import { IgnoreRules } from "../../../extraction/tree/ignore-rules.ts";
import { digestOf } from "../../../files/digest.ts";
import type { ProjectPath } from "../../../record/project-path.ts";
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
  let extractor = await FileExtractor.create();
  try {
    for await (const [path, bytes] of staged.read(wanted, maxFileBytes)) {
      try {
        const file = { path: path as ProjectPath, bytes, modifiedAt: 0, digest: digestOf(bytes) };
        const record = checkedPart(await extractor.extract(file, DEFAULT_BUDGET_MS));
        if (languages === undefined || languages.includes(record.language)) records.push(record);
      } catch {
        // A file that breaks the parser breaks it for every later file, so the code starts a new
        // one. Of this file, only its existence is known.
        extractor.close();
        extractor = await FileExtractor.create();
      }
    }
  } finally {
    extractor.close();
  }
  return records;
}
