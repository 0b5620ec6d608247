import { compareValues } from "../../base/text/text-order.ts";
import { PathReader } from "../../indexing/layers/path-reader.ts";
import type { RecordId } from "../../indexing/record-id.ts";
import { type NamedMatches, namesInOrder } from "./names-in-order.ts";
import type { PreparedSymbolQuery } from "./prepared-symbol-query.ts";
import type { AcceptedMatches } from "./symbol-search.ts";

/**
 * Symbols of one record that follow each other in an answer: all matching symbols of the record in
 * the order by path, otherwise those of one name.
 */
export interface SymbolGroup {
  readonly id: RecordId;
  readonly path: string;
  /** How many symbols of the record are in the group. */
  readonly count: number;
  /** `undefined` if the group has all of them. */
  readonly names: Pick<NamedMatches, "name" | "tier"> | undefined;
  /** True if the last page ended in this group: some or all of its symbols were on that page. */
  readonly isBegun: boolean;
}

/**
 * The groups that hold a page, beginning with the group in which the last page ended. Ids are valid
 * until the next write to the index.
 */
export interface SymbolPage {
  /** The ids of the groups' records. A record may be there several times. */
  readonly ids: readonly RecordId[];
  readonly groups: readonly SymbolGroup[];
  /** The number of all symbols that match, on all pages. */
  readonly total: number;
  /** True if there are groups after these. */
  readonly more: boolean;
}

/** Makes the total and the page from the index alone. */
export function symbolPage(accepted: readonly AcceptedMatches[], query: PreparedSymbolQuery): SymbolPage {
  let total = 0;
  for (const { matches, accepts } of accepted) {
    matches.counts.forEach(0, (rank, count) => {
      if (accepts(rank)) total += count;
      return true;
    });
  }
  const page = new PageOfGroups(query);
  if (query.order === "path") addByPath(accepted, query, page);
  else {
    for (const names of namesInOrder(accepted, query)) {
      if (!page.addAll(groupsOfName(names, query))) break;
    }
  }
  return { ids: page.groups.map(({ id }) => id), groups: page.groups, total, more: page.more };
}

/** Takes groups as long as their symbols may be on the page. */
class PageOfGroups {
  readonly groups: SymbolGroup[] = [];
  more = false;
  readonly #limit: number;
  #count = 0;

  constructor({ limit = Infinity }: PreparedSymbolQuery) {
    this.#limit = limit;
  }

  /** Returns false if the page is full. */
  addAll(groups: readonly SymbolGroup[]): boolean {
    for (const group of groups) {
      if (this.#count >= this.#limit) {
        this.more = true;
        return false;
      }
      this.groups.push(group);
      if (!group.isBegun) this.#count += group.count;
    }
    return true;
  }
}

function addByPath(accepted: readonly AcceptedMatches[], { after, limit = Infinity }: PreparedSymbolQuery, page: PageOfGroups): void {
  const groups: SymbolGroup[] = [];
  for (const { layer, matches, accepts } of accepted) {
    const paths = new PathReader(layer);
    // Every group has a symbol. One group may be the one in which the last page ended, and one more
    // group shows that there is more.
    let left = limit + 2;
    matches.counts.forEach(after === undefined ? 0 : layer.lowerBound(after.path), (rank, count) => {
      if (!accepts(rank)) return true;
      const path = paths.at(rank);
      groups.push({ id: layer.idAt(rank), path, count, names: undefined, isBegun: path === after?.path });
      return --left > 0;
    });
  }
  page.addAll(accepted.length > 1 ? groups.sort((a, b) => compareValues(a.path, b.path)) : groups);
}

/** The records that have symbols of one name, in the order of their paths. */
function groupsOfName({ parts, name, tier, isBegun }: NamedMatches, { after }: PreparedSymbolQuery): SymbolGroup[] {
  const groups = new Map<RecordId, SymbolGroup & { count: number }>();
  const names = { name, tier };
  for (const { layer, ranks, accepts } of parts) {
    const from = isBegun && after !== undefined ? layer.lowerBound(after.path) : 0;
    ranks.forEach((rank) => {
      if (rank < from || !accepts(rank)) return;
      const id = layer.idAt(rank);
      const known = groups.get(id);
      if (known !== undefined) known.count++;
      else {
        const path = layer.pathAt(rank);
        groups.set(id, { id, path, count: 1, names, isBegun: isBegun && path === after?.path });
      }
    });
  }
  return [...groups.values()].sort((a, b) => compareValues(a.path, b.path));
}
