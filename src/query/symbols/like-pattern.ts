/**
 * How well a name fits: a lower score is better, and 0 means that the name does not fit. Of two
 * names that fit by words, the one with fewer pieces is better.
 */
export const NO_MATCH = 0;
export const EXACT = 1;
export const PREFIX = 2;
const HUMP = 2;
const MOST_PIECES = 60;
const SUBSTRING = HUMP + MOST_PIECES + 1;

/** A longer text is not a guess at a name. */
export const MAX_LIKE = 200;
/**
 * Longer names are not split into words, for instance the names of tests that are whole paragraphs.
 */
const MAX_HUMPED = 256;
const UNREACHED = 255;

/** The units of a text: UTF-16 units, or bytes if the text is ASCII. */
export type Units = Uint8Array | Uint16Array;

/**
 * The text of a `like`, prepared for comparison with many names. The time is linear in each name,
 * for every text.
 */
export class LikePattern {
  readonly text: string;
  readonly #whole: Uint16Array;
  /** The letters without the separators of words. */
  readonly #letters: Uint16Array;
  /**
   * For each place of `#whole`, how many units up to there equal its first units (Knuth, Morris and
   * Pratt 1977).
   */
  readonly #borders: Uint16Array;
  /**
   * Reused buffer: for each number of first letters, the smallest number of pieces in which they
   * were found.
   */
  readonly #pieces: Uint8Array;

  readonly #worst: number;

  /**
   * Names with a score above `worst` do not fit. Precondition: the text is not empty, and has at
   * most `MAX_LIKE` units.
   */
  constructor(text: string, worst: number = SUBSTRING) {
    this.text = text;
    this.#worst = worst;
    this.#whole = unitsOf(text).map(foldUnit);
    this.#letters = unitsOf(text)
      .filter((unit) => classOf(unit) !== SEPARATOR)
      .map(foldUnit);
    this.#borders = bordersOf(this.#whole);
    this.#pieces = new Uint8Array(this.#letters.length + 1);
  }

  /** Lower-case ASCII letters and digits that every fitting name has, in this order. */
  get necessary(): Uint8Array {
    return Uint8Array.from(this.#letters.filter((unit) => unit < 0x80));
  }

  score(units: Units, length: number): number {
    const whole = this.#whole;
    let common = 0;
    while (common < whole.length && common < length && foldUnit(units[common] as number) === whole[common]) common++;
    if (common === whole.length) return length === common ? EXACT : PREFIX;
    if (this.#worst <= PREFIX) return NO_MATCH;
    const pieces = length <= MAX_HUMPED ? this.#piecesIn(units, length) : UNREACHED;
    if (pieces !== UNREACHED) return HUMP + Math.min(pieces, MOST_PIECES);
    return this.#isWithin(units, length) ? SUBSTRING : NO_MATCH;
  }

  /**
   * The smallest number of pieces in which the letters are found. Each piece begins a word, and the
   * words keep their order.
   */
  #piecesIn(units: Units, length: number): number {
    const letters = this.#letters;
    if (letters.length === 0) return UNREACHED;
    const pieces = this.#pieces.fill(UNREACHED);
    pieces[0] = 0;
    for (let start = wordFrom(units, length, 0); start < length;) {
      const end = wordFrom(units, length, start + 1);
      // Goes backwards, so that each word is used once.
      for (let found = letters.length - 1; found >= 0; found--) {
        const before = pieces[found] as number;
        if (before >= UNREACHED - 1) continue;
        for (let at = start, next = found; at < end && next < letters.length; at++) {
          if (foldUnit(units[at] as number) !== letters[next]) break;
          next++;
          if (before + 1 < (pieces[next] as number)) pieces[next] = before + 1;
        }
      }
      start = end;
    }
    return pieces[letters.length] as number;
  }

  #isWithin(units: Units, length: number): boolean {
    const whole = this.#whole;
    let common = 0;
    for (let at = 0; at < length; at++) {
      const unit = foldUnit(units[at] as number);
      while (common > 0 && whole[common] !== unit) common = this.#borders[common - 1] as number;
      if (whole[common] === unit && ++common === whole.length) return true;
    }
    return false;
  }
}

export function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at++) units[at] = text.charCodeAt(at);
  return units;
}

function bordersOf(units: Uint16Array): Uint16Array {
  const borders = new Uint16Array(units.length);
  let common = 0;
  for (let at = 1; at < units.length; at++) {
    while (common > 0 && units[common] !== units[at]) common = borders[common - 1] as number;
    if (units[common] === units[at]) common++;
    borders[at] = common;
  }
  return borders;
}

/**
 * Lower case, unit by unit. A unit outside ASCII never becomes ASCII (the Kelvin sign does not
 * become k). So the ASCII bytes alone tell most names apart.
 */
function foldUnit(unit: number): number {
  if (unit < 0x80) return unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
  const lower = String.fromCharCode(unit).toLowerCase();
  return lower.length === 1 && lower.charCodeAt(0) >= 0x80 ? lower.charCodeAt(0) : unit;
}

/**
 * The first place, from `from` on, at which a word begins: after a separator, at a capital, and
 * before or after digits.
 */
function wordFrom(units: Units, length: number, from: number): number {
  let before = from === 0 ? SEPARATOR : classOf(units[from - 1] as number);
  for (let at = from; at < length; at++) {
    const own = classOf(units[at] as number);
    if (own !== SEPARATOR) {
      if (before === SEPARATOR || (own === DIGIT) !== (before === DIGIT)) return at;
      // The last of several capitals begins a word if a small letter follows: `XMLParser`.
      if (own === CAPITAL && (before !== CAPITAL || (at + 1 < length && classOf(units[at + 1] as number) === SMALL))) return at;
    }
    before = own;
  }
  return length;
}

const SEPARATOR = 0;
const SMALL = 1;
const CAPITAL = 2;
const DIGIT = 3;

function classOf(unit: number): number {
  if (unit < 0x80) return CLASSES[unit] as number;
  return foldUnit(unit) === unit ? SMALL : CAPITAL;
}

const CLASSES: Uint8Array = Uint8Array.from({ length: 128 }, (_, unit) => {
  if (unit >= 0x30 && unit <= 0x39) return DIGIT;
  if (unit >= 0x41 && unit <= 0x5a) return CAPITAL;
  return unit >= 0x61 && unit <= 0x7a ? SMALL : SEPARATOR;
});
