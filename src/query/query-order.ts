import { compareValues } from "../base/text/text-order.ts";
import type { IndexLayer } from "../indexing/layers/layer.ts";
import type { CursorKey } from "./cursor.ts";
import type { OrderField } from "./metadata-query.ts";

/** A match, and the value that the order compares first. */
export interface Found {
  readonly layer: IndexLayer;
  readonly rank: number;
  readonly value: string | number;
}

/**
 * The value of a record that an order compares first. In the order by path this is the path itself.
 */
export function valueAt(layer: IndexLayer, rank: number, field: OrderField): string | number {
  switch (field) {
    case "path":
      return layer.pathAt(rank);
    case "size":
      return layer.sizeAt(rank);
    case "modifiedAt":
      return layer.modifiedAtAt(rank);
    case "language":
      return layer.languageAt(rank);
  }
}

/** The total order of an answer: by a field, then by path. It is the same in every process. */
export function compareFound(a: Found, b: Found, descending: boolean): number {
  let order = compareValues(a.value, b.value);
  if (order === 0) order = a.layer === b.layer ? a.rank - b.rank : compareValues(a.layer.pathAt(a.rank), b.layer.pathAt(b.rank));
  return descending ? -order : order;
}

export function isAfter({ layer, rank, value }: Found, after: CursorKey, descending: boolean): boolean {
  let order = compareValues(value, after.value);
  if (order === 0) order = compareValues(layer.pathAt(rank), after.path);
  return descending ? order < 0 : order > 0;
}
