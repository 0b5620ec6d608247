type Growing = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/** An eighth more: little memory is unused, and adding one place after the other still costs O(1) each on average. */
const FACTOR = 1.125;

/** `array` if it has `length` places, else a longer copy of it with zeros in the new places. */
export function grown<A extends Growing>(array: A, length: number, factor: number = FACTOR): A {
  if (length <= array.length) return array;
  const Longer = array.constructor as new (length: number) => A;
  const longer = new Longer(Math.max(length, Math.floor(array.length * factor)));
  longer.set(array);
  return longer;
}
