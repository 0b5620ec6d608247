declare const brand: unique symbol;

/**
 * A small integer that identifies one record of one index: the number of its layer, and its place
 * in this layer. It is valid until the next write or merge of the index: never keep an id across an
 * `await`.
 */
export type RecordId = number & { readonly [brand]: true };

/**
 * A layer has up to 67 million places, an index up to 32 layers. Together they fit an integer that
 * V8 keeps without a box.
 */
const PLACE_BITS = 26;
const MAX_PLACES: number = 1 << PLACE_BITS;
export const MAX_LAYERS: number = 1 << (31 - PLACE_BITS);

export function recordId(layer: number, place: number): RecordId {
  return ((layer << PLACE_BITS) | place) as RecordId;
}

export function layerOf(id: RecordId): number {
  return id >>> PLACE_BITS;
}

export function placeOf(id: RecordId): number {
  return id & (MAX_PLACES - 1);
}
