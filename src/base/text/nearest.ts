/** A longer text cannot be a misspelling of a name. */
const MAX_LENGTH = 1_000;
/** Distances are counted in halves of a letter. */
const LETTER = 2;
const CASE = 1;

/**
 * Returns the candidate whose spelling is closest to `text`, if `text` could mean it
 * (`NearestSpelling`). Of several equally close ones, the first.
 */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  const spelling = new NearestSpelling(text);
  let found: string | undefined;
  for (const candidate of candidates) if (spelling.takeIfNearer(candidate)) found = candidate;
  return found;
}

/**
 * Finds the spelling that is nearest to one text, or all that are near. Compares each spelling
 * letter by letter. At most `letters` letters may differ: by default a third of the text's letters,
 * but always at least one. A letter differs if it is inserted, removed, changed, or swapped with
 * the next one. A difference in case counts half.
 *
 * If a spelling begins like the one before, only the letters after that beginning cost time.
 */
export class NearestSpelling {
  readonly #text: Uint16Array;
  readonly #folded: Uint16Array;
  /** Only a smaller distance counts. */
  #limit: number;
  /** The letters of the spelling so far. */
  readonly #units: number[] = [];
  /**
   * One row for each length of the spelling: the distances between its beginning of this length and
   * all beginnings of the text.
   */
  readonly #rows: Uint16Array[];
  /** The smallest distance in each row. */
  readonly #least: number[] = [0];

  /** No spelling is near to a text of more than 1,000 units. */
  constructor(text: string, letters: number = Math.max(1, Math.floor(text.length / 3))) {
    const length = text.length > MAX_LENGTH ? 0 : text.length;
    this.#text = Uint16Array.from({ length }, (_, at) => text.charCodeAt(at));
    this.#folded = this.#text.map(foldUnit);
    this.#limit = length === text.length ? LETTER * letters + CASE : 0;
    this.#rows = [Uint16Array.from({ length: length + 1 }, (_, column) => LETTER * column)];
  }

  /** How many letters the spelling has so far. */
  get length(): number {
    return this.#units.length;
  }

  /** True if no spelling with this beginning can be nearer. */
  get isTooFar(): boolean {
    const { length } = this.#units;
    const least = this.#least[length] as number;
    // Further letters can only increase the distances of the last row. The exception is a swap of
    // the last letter with the next one, which continues the row before.
    return least >= this.#limit && (length === 0 || (this.#least[length - 1] as number) + LETTER >= this.#limit);
  }

  /** True if the present spelling is nearer than all spellings that were taken. */
  get isNearer(): boolean {
    return this.#distance < this.#limit;
  }

  /** From now on, only spellings that are nearer than the present one count. */
  take(): void {
    this.#limit = this.#distance;
  }

  get #distance(): number {
    return (this.#rows[this.#units.length] as Uint16Array)[this.#text.length] as number;
  }

  /** Takes a whole spelling if it is nearer than all that were taken. Returns true if it is. */
  takeIfNearer(candidate: string): boolean {
    const isNearer = this.reaches(candidate);
    if (isNearer) this.take();
    return isNearer;
  }

  /** True if the whole spelling is nearer than all that were taken. Does not take it. */
  reaches(candidate: string): boolean {
    if (LETTER * Math.abs(candidate.length - this.#text.length) >= this.#limit) return false;
    let shared = 0;
    while (shared < this.length && candidate.charCodeAt(shared) === this.#units[shared]) shared++;
    this.cut(shared);
    for (let at = shared; at < candidate.length && !this.isTooFar; at++) this.add(candidate.charCodeAt(at));
    // If the loop ended early, this is false: the distance is at least the limit.
    return this.isNearer;
  }

  /** Shortens the spelling to its first `length` letters. */
  cut(length: number): void {
    this.#units.length = length;
  }

  add(unit: number): void {
    const [text, folded, rows, units] = [this.#text, this.#folded, this.#rows, this.#units];
    const at = units.length;
    const above = rows[at] as Uint16Array;
    const row = (rows[at + 1] ??= new Uint16Array(text.length + 1));
    const own = foldUnit(unit);
    const former = at > 0 ? foldUnit(units[at - 1] as number) : -1;
    let last = LETTER * (at + 1);
    let least = last;
    row[0] = last;
    for (let column = 1; column <= text.length; column++) {
      const wanted = folded[column - 1];
      let distance = (above[column - 1] as number) + (wanted !== own ? LETTER : text[column - 1] === unit ? 0 : CASE);
      const other = Math.min(above[column] as number, last) + LETTER;
      if (other < distance) distance = other;
      if (wanted === former && column > 1 && folded[column - 2] === own) {
        const swapped = ((rows[at - 1] as Uint16Array)[column - 2] as number) + LETTER;
        if (swapped < distance) distance = swapped;
      }
      row[column] = last = distance;
      if (distance < least) least = distance;
    }
    units.push(unit);
    this.#least[at + 1] = least;
  }
}

function foldUnit(unit: number): number {
  if (unit < 0x80) return unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
  const lower = String.fromCharCode(unit).toLowerCase();
  return lower.length === 1 ? lower.charCodeAt(0) : unit;
}
