declare const brand: unique symbol;

/**
 * A small integer that stands for one record of one index: the number of its layer, and its place in that. It stands for the record until
 * the index's next write or merge: never keep one across an `await`.
 */
export type RecordId = number & { readonly [brand]: true };

/** A layer has up to 67 million places, an index up to 32 layers: together an integer that V8 keeps without a box. */
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
