/**
 * Returns the first subscript below `count` for which `isBefore` is false, or `count` if there is
 * none. `isBefore` must be true for all subscripts before that one and false for all from there on.
 * O(log count).
 */
export function lowerBound(count: number, isBefore: (at: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
