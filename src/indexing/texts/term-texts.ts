import { type ByteArena, offsetOf } from "../lists/byte-arena.ts";
import { VarintReader, varintLength, writeVarint } from "../lists/varint.ts";

const KIND_MASK = 3;
/** Set where a unit takes two bytes, since one of the text's units does not fit one. */
const WIDE = 4;
/** Longer texts are decoded in parts of this many units: an argument list has a limit. */
const PART = 4_096;

/**
 * Texts in an arena, each with a kind from 0 to 3. A block is a byte with the kind and the width, the length in UTF-16
 * units as a varint, and the units: whatever a string can hold comes back as it was.
 */
export class TermTexts {
  readonly #arena: ByteArena;
  readonly #reader = new VarintReader();

  constructor(arena: ByteArena) {
    this.#arena = arena;
  }

  /** Returns the place of the new text. */
  add(kind: number, text: string): number {
    const wide = isWide(text);
    const place = this.#arena.allocate(1 + varintLength(text.length) + (wide ? 2 : 1) * text.length);
    const slab = this.#arena.slabOf(place);
    slab[offsetOf(place)] = kind | (wide ? WIDE : 0);
    let at = writeVarint(slab, offsetOf(place) + 1, text.length);
    for (let position = 0; position < text.length; position++) {
      const unit = text.charCodeAt(position);
      slab[at++] = unit;
      if (wide) slab[at++] = unit >>> 8;
    }
    return place;
  }

  delete(place: number): void {
    const length = this.#open(place);
    this.#arena.release(place, 1 + varintLength(length) + (this.#isWide(place) ? 2 : 1) * length);
  }

  read(place: number): string {
    const length = this.#open(place);
    const slab = this.#arena.slabOf(place);
    const start = this.#reader.at;
    const wide = this.#isWide(place);
    let text = "";
    for (let done = 0; done < length; done += PART) {
      const units: number[] = [];
      for (let position = done; position < Math.min(length, done + PART); position++) units.push(unitAt(slab, start, position, wide));
      text += String.fromCharCode(...units);
    }
    return text;
  }

  kindOf(place: number): number {
    return (this.#arena.slabOf(place)[offsetOf(place)] ?? 0) & KIND_MASK;
  }

  equals(place: number, kind: number, text: string): boolean {
    const slab = this.#arena.slabOf(place);
    const start = offsetOf(place);
    // Nearly all names: narrow, and their length in one byte. Names differ at their end more often than at their beginning.
    if (slab[start] === kind && text.length < 0x80) {
      if (slab[start + 1] !== text.length) return false;
      for (let position = text.length - 1; position >= 0; position--) {
        if (slab[start + 2 + position] !== text.charCodeAt(position)) return false;
      }
      return true;
    }
    return this.kindOf(place) === kind && this.compare(place, text) === 0;
  }

  /** By UTF-16 units, as strings compare: less than 0 where the text at `place` stands before `text`, 0 where it is `text`. */
  compare(place: number, text: string): number {
    const length = this.#open(place);
    const slab = this.#arena.slabOf(place);
    const start = this.#reader.at;
    const wide = this.#isWide(place);
    const common = Math.min(length, text.length);
    for (let position = 0; position < common; position++) {
      const difference = unitAt(slab, start, position, wide) - text.charCodeAt(position);
      if (difference !== 0) return difference;
    }
    return length - text.length;
  }

  /** Moves the reader to the first unit of the text, and returns how many there are. */
  #open(place: number): number {
    this.#reader.moveTo(this.#arena.slabOf(place), offsetOf(place) + 1);
    return this.#reader.next();
  }

  #isWide(place: number): boolean {
    return ((this.#arena.slabOf(place)[offsetOf(place)] ?? 0) & WIDE) !== 0;
  }
}

function unitAt(slab: Uint8Array, start: number, position: number, wide: boolean): number {
  if (!wide) return slab[start + position] ?? 0;
  return (slab[start + 2 * position] ?? 0) | ((slab[start + 2 * position + 1] ?? 0) << 8);
}

function isWide(text: string): boolean {
  for (let position = 0; position < text.length; position++) if (text.charCodeAt(position) > 0xff) return true;
  return false;
}
