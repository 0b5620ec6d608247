/** This many reads of a unit take about a millisecond. */
const READS_A_STEP = 16_384;
/** Up to this many texts are sorted by insertion. */
const FEW = 12;

/**
 * Texts that are not sorted yet: those from `start` to `end`. Their first `common` units are equal.
 */
interface Range {
  readonly start: number;
  readonly end: number;
  readonly common: number;
}

/**
 * A range that is being divided by a pivot unit. The texts before `less` have a lesser unit, those
 * from `less` to `at` the same unit, those from `greater` on a greater one. The texts between are
 * not divided yet.
 */
interface Division {
  less: number;
  at: number;
  greater: number;
}

/**
 * The order of texts, by UTF-16 units: the place of the first text, of the second, and so on. Each
 * step takes about a millisecond.
 *
 * Multikey quicksort (Bentley and Sedgewick 1997): equal beginnings are read once, not with each
 * comparison.
 */
export function* sortTexts(texts: readonly string[]): Generator<void, Uint32Array, undefined> {
  const order = Uint32Array.from(texts.keys());
  const left: Range[] = [{ start: 0, end: order.length, common: 0 }];
  let reads = 0;
  for (let range = left.pop(); range !== undefined; range = left.pop()) {
    const { start, end, common } = range;
    reads += end - start;
    if (end - start <= FEW) sortFew(texts, order, start, end);
    else {
      const pivot = pivotOf(texts, order, range);
      const division = { less: start, at: start, greater: end };
      while (!divide(texts, order, division, pivot, common)) yield;
      const { less, greater } = division;
      left.push({ start, end: less, common }, { start: greater, end, common });
      // Texts that end here are equal to each other.
      if (pivot !== NO_UNIT) left.push({ start: less, end: greater, common: common + 1 });
    }
    if (reads < READS_A_STEP) continue;
    reads = 0;
    yield;
  }
  return order;
}

/**
 * Continues a division, by the unit after the common ones. Returns true when the division is
 * complete.
 */
function divide(texts: readonly string[], order: Uint32Array, division: Division, pivot: number, common: number): boolean {
  let { less, at, greater } = division;
  for (let reads = 0; at < greater && reads < READS_A_STEP; reads++) {
    const place = order[at] as number;
    const unit = unitAt(texts[place] as string, common);
    if (unit < pivot) {
      order[at++] = order[less] as number;
      order[less++] = place;
    } else if (unit > pivot) {
      order[at] = order[--greater] as number;
      order[greater] = place;
    } else at++;
  }
  division.less = less;
  division.at = at;
  division.greater = greater;
  return at === greater;
}

/** The median of three units. */
function pivotOf(texts: readonly string[], order: Uint32Array, { start, end, common }: Range): number {
  const unit = (at: number): number => unitAt(texts[order[at] as number] as string, common);
  const [a, b, c] = [unit(start), unit((start + end) >>> 1), unit(end - 1)];
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

const NO_UNIT = -1;

/** A text that ends comes before the texts that continue. */
function unitAt(text: string, at: number): number {
  return at < text.length ? text.charCodeAt(at) : NO_UNIT;
}

function sortFew(texts: readonly string[], order: Uint32Array, start: number, end: number): void {
  for (let next = start + 1; next < end; next++) {
    const place = order[next] as number;
    const text = texts[place] as string;
    let at = next;
    for (; at > start && (texts[order[at - 1] as number] as string) > text; at--) order[at] = order[at - 1] as number;
    order[at] = place;
  }
}
