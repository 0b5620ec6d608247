import type { QueryAnswer } from "../calls/cache-calls.ts";
import type { TreeFreshness } from "../calls/tree-freshness.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import type { ReadPage } from "./cache-reader.ts";
import { answerFreshness } from "./tree-attachments.ts";

/** A page as it is handed out, frozen. `freshness` is what the watcher of the tree could prove before the page was read. */
export function queryAnswerOf(page: ReadPage, stale: boolean, freshness: TreeFreshness | undefined): QueryAnswer<Partial<FileMetadata>> {
  const { items, total, nextCursor, revision, asOf, unreadable } = page;
  return Object.freeze({
    items: Object.freeze(items),
    total,
    ...(nextCursor !== undefined && { nextCursor }),
    revision,
    asOf,
    stale,
    unreadable,
    ...(freshness !== undefined && { tree: answerFreshness(freshness, page.paths) }),
  });
}
