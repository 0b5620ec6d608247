import { checkedPart, type CheckedRecord } from "../../checked-tree.ts";
import { FileExtractor } from "../../../extraction/file-extractor.ts";
import { DEFAULT_BUDGET_MS } from "../../../extraction/run/index-source-tree.ts";
import { digestOf } from "../../../files/digest.ts";
import type { ProjectPath } from "../../../record/project-path.ts";

/**
 * Yields the records of contents that only git has. Leaves out files that break the parser: of
 * these, only their existence is known.
 */
export async function* extractedRecords(
  contents: AsyncIterable<readonly [path: string, bytes: Buffer]>,
): AsyncGenerator<CheckedRecord, void, undefined> {
  let extractor = await FileExtractor.create();
  try {
    for await (const [path, bytes] of contents) {
      let record: CheckedRecord;
      try {
        const file = { path: path as ProjectPath, bytes, modifiedAt: 0, digest: digestOf(bytes) };
        record = checkedPart(await extractor.extract(file, DEFAULT_BUDGET_MS));
      } catch {
        // A file that breaks the parser breaks it for every later file, so the code starts a new
        // one.
        extractor.close();
        extractor = await FileExtractor.create();
        continue;
      }
      yield record;
    }
  } finally {
    extractor.close();
  }
}
