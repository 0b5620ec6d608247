/**
 * The first word with the least distance from a text, as the whole table tells: put in, left out,
 * changed, swapped with the next; case counts half.
 */
export function naiveNearest(text: string, words: readonly string[]): { readonly word: string; readonly distance: number } | undefined {
  const limit = Math.max(1, Math.floor(text.length / 3)) + 0.5;
  const all = words.map((word) => ({ word, distance: distanceOf(text, word) })).filter(({ distance }) => distance < limit);
  return all.find(({ distance }) => distance === Math.min(...all.map((each) => each.distance)));
}

/** How many letters differ, as the whole table tells. */
export function distanceOf(one: string, other: string): number {
  const table: number[][] = [];
  const at = (row: number, column: number): number => table[row]?.[column] ?? Infinity;
  const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  for (let row = 0; row <= one.length; row++) {
    table[row] = [];
    for (let column = 0; column <= other.length; column++) {
      const [a, b] = [one.charAt(row - 1), other.charAt(column - 1)];
      const changed = a === b ? 0 : isSame(a, b) ? 0.5 : 1;
      const isSwapped = row > 1 && column > 1 && isSame(a, other.charAt(column - 2)) && isSame(b, one.charAt(row - 2));
      const ways = [at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + changed];
      if (isSwapped) ways.push(at(row - 2, column - 2) + 1);
      (table[row] as number[])[column] = row + column === 0 ? 0 : Math.min(...ways);
    }
  }
  return at(one.length, other.length);
}
