type Column = Uint8Array | Uint16Array | Uint32Array;

/** `column` where it has a place for `index`, else a copy of it that has, with zeros in the new places; O(1) on average. */
export function roomFor<C extends Column>(column: C, index: number): C {
  if (index < column.length) return column;
  const Longer = column.constructor as new (length: number) => C;
  const longer = new Longer(Math.max(index + 1, Math.ceil(column.length * 1.5)));
  longer.set(column);
  return longer;
}
