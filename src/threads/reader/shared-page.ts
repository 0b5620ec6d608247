import { type FileMetadata, selected } from "../../record/file-metadata.ts";
import type { PreparedQuery } from "../../query/prepared-query.ts";
import type { ControlBlock } from "../protocol/control-block.ts";
import type { SharedIndexReader, SharedPage } from "./shared-index-reader.ts";
import type { SharedRecordsReader } from "./shared-records-reader.ts";

export interface SharedPageOfRecords extends Omit<SharedPage, "entries"> {
  readonly items: readonly Partial<FileMetadata>[];
}

/**
 * A page with its records, all of it as it was in one situation; frozen. `undefined` if some of it is not in shared memory, or no longer as it was in that
 * situation: then the owner has to answer.
 */
export function sharedPageOfRecords(
  control: ControlBlock,
  index: SharedIndexReader,
  records: Pick<SharedRecordsReader, "get">,
  query: PreparedQuery,
): SharedPageOfRecords | undefined {
  const page = index.page(query);
  if (page === undefined) return undefined;
  const { entries, ...rest } = page;
  const items: Partial<FileMetadata>[] = [];
  for (const { path, revision } of entries) {
    const found = records.get(path);
    if (found === undefined || found.revision !== revision) return undefined;
    items.push(query.fields === undefined ? found.record : selected(found.record, query.fields));
  }
  // Since the state was replaced, a record of the same revision may be of other content.
  if (control.read().loads !== page.situation.loads) return undefined;
  return { ...rest, items: Object.freeze(items) };
}
