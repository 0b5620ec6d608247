/**
 * Compares texts by UTF-16 code units, so that the order is the same in every process and locale.
 * Compares numbers by size.
 */
export function compareValues<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Returns the least string that is greater than every string with this prefix, by UTF-16 code
 * units. `undefined` if there is none.
 */
export function successorOf(prefix: string): string | undefined {
  for (let length = prefix.length; length > 0; length--) {
    const unit = prefix.charCodeAt(length - 1);
    if (unit < 0xffff) return prefix.slice(0, length - 1) + String.fromCharCode(unit + 1);
  }
  return undefined;
}
