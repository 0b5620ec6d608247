/** The candidate that is spelt most like `text`, if it could be meant by it: at most a third of its letters differ. Case counts half. */
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
 * How many letters must be put in, left out or changed to make one text of the other; `Infinity` if that is `limit` or more, which ends it early. O(length of
 * both).
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
    // What follows can only add to it.
    if (least >= limit) return Infinity;
    row = next;
  }
  return row[other.length] ?? 0;
}

function cost(one: string, other: string): number {
  if (one === other) return 0;
  return one.toLowerCase() === other.toLowerCase() ? 0.5 : 1;
}
