/**
 * A set of code points without surrogates: disjoint ranges in ascending order. Both ends of a range
 * are in the set.
 */
export type CodePointSet = readonly (readonly [number, number])[];

export const NO_CODE_POINTS: CodePointSet = [];

/**
 * Paths and patterns are well-formed Unicode, so a surrogate never occurs alone. No set has one.
 */
const SURROGATES = [0xd800, 0xdfff] as const;
const LAST_CODE_POINT = 0x10ffff;

export function codePointSet(ranges: CodePointSet): CodePointSet {
  const merged: [number, number][] = [];
  for (const [first, last] of ranges.flatMap(withoutSurrogates).sort((a, b) => a[0] - b[0])) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

export function unionOf(a: CodePointSet, b: CodePointSet): CodePointSet {
  return a.length === 0 ? b : b.length === 0 ? a : codePointSet([...a, ...b]);
}

export function complementOf(set: CodePointSet): CodePointSet {
  const rest: [number, number][] = [];
  let next = 0;
  for (const [first, last] of set) {
    if (first > next) rest.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= LAST_CODE_POINT) rest.push([next, LAST_CODE_POINT]);
  return codePointSet(rest);
}

export function overlap(a: CodePointSet, b: CodePointSet): boolean {
  return a.some(([first, last]) => b.some(([otherFirst, otherLast]) => first <= otherLast && otherFirst <= last));
}

/**
 * Adds the other case of each ASCII letter, and the other characters that Unicode folds to s and k.
 */
export function withBothCases(set: CodePointSet): CodePointSet {
  const folded: [number, number][] = set.map(([first, last]) => [first, last]);
  for (const [first, last] of set) {
    for (let point = first; point <= Math.min(last, 0x7a); point++) {
      const letter = point | 0x20;
      if (letter < 0x61 || letter > 0x7a || point < 0x41) continue;
      folded.push([letter, letter], [letter ^ 0x20, letter ^ 0x20]);
      if (letter === 0x73) folded.push([LONG_S, LONG_S]);
      if (letter === 0x6b) folded.push([KELVIN_SIGN, KELVIN_SIGN]);
    }
  }
  return codePointSet(folded);
}

const LONG_S = 0x17f;
const KELVIN_SIGN = 0x212a;

function withoutSurrogates([first, last]: readonly [number, number]): [number, number][] {
  const parts: [number, number][] = [
    [first, Math.min(last, SURROGATES[0] - 1)],
    [Math.max(first, SURROGATES[1] + 1), last],
  ];
  return parts.filter(([from, to]) => from <= to);
}
