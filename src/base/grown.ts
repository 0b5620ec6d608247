type Growing = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/**
 * Grow by an eighth: little memory stays unused, and adding one element at a time still costs O(1)
 * on average.
 */
const FACTOR = 1.125;

/**
 * Returns `array` if it has at least `length` elements, otherwise a longer copy with zeros at the
 * end.
 */
export function grown<A extends Growing>(array: A, length: number, factor: number = FACTOR): A {
  if (length <= array.length) return array;
  const Longer = array.constructor as new (length: number) => A;
  const longer = new Longer(Math.max(length, Math.floor(array.length * factor)));
  longer.set(array);
  return longer;
}
