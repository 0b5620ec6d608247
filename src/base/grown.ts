type Growing = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

/**
 * Grow by an eighth: little memory stays unused, and adding one element at a time still costs O(1)
 * on average.
 */
const FACTOR = 1.125;

/** From this many bytes on, memory that is not used any more is given back at once. */
const LARGE = 65_536;

/**
 * Returns `array` if it has at least `length` elements, otherwise a longer copy with zeros at the
 * end. Do not use the old array then: if it is large, it is empty from here on.
 */
export function grown<A extends Growing>(array: A, length: number, factor: number = FACTOR): A {
  if (length <= array.length) return array;
  const Longer = array.constructor as new (length: number) => A;
  const longer = new Longer(Math.max(length, Math.floor(array.length * factor)));
  longer.set(array);
  release(array);
  return longer;
}

/**
 * Gives the memory of a large array back at once, with everything else in its buffer. The garbage
 * collector would do that much later, because a large array is a small object to it.
 */
export function release({ buffer }: Growing): void {
  if (buffer.byteLength >= LARGE && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
