import { type FileMetadata, selected } from "../../record/file-metadata.ts";
import type { PreparedQuery } from "../../query/prepared-query.ts";
import { symbolItems } from "../../query/symbols/symbol-items.ts";
import type { FoundSymbol } from "../../query/symbols/symbol-query.ts";
import type { SymbolSearch } from "../../query/symbols/symbol-search.ts";
import type { ControlBlock, PublishedState } from "../protocol/control-block.ts";
import type { SharedIndexReader, SharedPage } from "./shared-index-reader.ts";
import type { SharedRecordsReader } from "./shared-records-reader.ts";

/** The answer to a query from shared memory, of one published state. */
export interface SharedAnswer<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly nextCursor: string | undefined;
  readonly published: PublishedState;
}

/**
 * A page with its records, all of one published state; frozen. Returns `undefined` if a part of it
 * is not in shared memory, or has changed since that state. The caller then asks the owner.
 */
export function sharedRecordsAnswer(
  control: ControlBlock,
  index: SharedIndexReader,
  records: Pick<SharedRecordsReader, "get">,
  query: PreparedQuery,
): SharedAnswer<Partial<FileMetadata>> | undefined {
  const page = index.page(query);
  if (page === undefined) return undefined;
  const found = recordsOf(control, page, records);
  if (found === undefined) return undefined;
  const { total, nextCursor, published } = page;
  const { fields } = query;
  return {
    total,
    nextCursor,
    published,
    items: Object.freeze(fields === undefined ? found : found.map((record) => selected(record, fields))),
  };
}

/** Like `sharedRecordsAnswer`, for symbols. */
export function sharedSymbolsAnswer(
  control: ControlBlock,
  index: SharedIndexReader,
  records: Pick<SharedRecordsReader, "get">,
  search: SymbolSearch,
): SharedAnswer<FoundSymbol> | undefined {
  const symbols = index.symbols(search);
  const found = symbols === undefined ? undefined : recordsOf(control, symbols, records);
  if (symbols === undefined || found === undefined) return undefined;
  return { ...symbolItems(symbols.page, found, search.query), published: symbols.published };
}

function recordsOf(
  control: ControlBlock,
  { entries, published }: Pick<SharedPage, "entries" | "published">,
  records: Pick<SharedRecordsReader, "get">,
): FileMetadata[] | undefined {
  const items: FileMetadata[] = [];
  for (const { path, revision } of entries) {
    const found = records.get(path);
    if (found === undefined || found.revision !== revision) return undefined;
    items.push(found.record);
  }
  // If the state was replaced meanwhile, a record of the same revision may have other content.
  return control.read().loads === published.loads ? items : undefined;
}
