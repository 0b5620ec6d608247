/**
 * Returns the candidate whose spelling is closest to `text`, if at most a third of the letters
 * differ. A difference in case counts half.
 */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  let found: string | undefined;
  let least = Math.max(1, Math.floor(text.length / 3)) + 0.5;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - text.length) >= least) continue;
    const distance = editDistance(text, candidate, least);
    if (distance < least) {
      least = distance;
      found = candidate;
    }
  }
  return found;
}

/**
 * Counts how many letters must be inserted, removed or changed to turn one text into the other.
 * Stops early and returns `Infinity` if the count reaches `limit`. O(product of both lengths).
 */
function editDistance(one: string, other: string, limit: number): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    let least = at;
    for (let column = 1; column <= other.length; column++) {
      const change = (row[column - 1] ?? 0) + cost(one.charAt(at - 1), other.charAt(column - 1));
      const distance = Math.min(change, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1);
      next.push(distance);
      if (distance < least) least = distance;
    }
    // The distance can only grow from here.
    if (least >= limit) return Infinity;
    row = next;
  }
  return row[other.length] ?? 0;
}

function cost(one: string, other: string): number {
  if (one === other) return 0;
  return one.toLowerCase() === other.toLowerCase() ? 0.5 : 1;
}
