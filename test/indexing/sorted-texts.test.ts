import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SortedTexts, SortedTextsWriter, TextCursor } from "../../src/indexing/image/sorted-texts.ts";
import { decodeUnits, encodeUnits, MAX_BYTES_PER_UNIT } from "../../src/indexing/image/unit-bytes.ts";
import { VarintReader, varintLength, writeVarint } from "../../src/indexing/image/varint.ts";

/**
 * Units that stand where the length of their bytes changes, halves of surrogate pairs, and what
 * sorts otherwise by code points.
 */
const UNITS = [0, 1, 0x2f, 0x61, 0x7f, 0x80, 0xe9, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xfeff, 0xffff];

const anyText = fc.oneof(
  fc.array(fc.constantFrom(...UNITS), { maxLength: 6 }).map((units) => String.fromCharCode(...units)),
  fc.string({ unit: "binary", maxLength: 20 }),
  // Equal beginnings, whose lengths take one, two and three bytes.
  fc
    .tuple(
      fc.constantFrom("a", "é", "\ud83d\ude00"),
      fc.constantFrom(1, 11, 127, 128, 130, 5_500, 16_384, 16_390),
      fc.string({ maxLength: 2 }),
    )
    .map(([unit, count, end]) => unit.repeat(count) + end),
);

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(MAX_BYTES_PER_UNIT * text.length);
  return bytes.subarray(0, encodeUnits(text, bytes, 0));
}

/** Behind other bytes, and with others after them. */
function packed(sorted: readonly string[]): SortedTexts {
  const writer = new SortedTextsWriter();
  for (const text of sorted) {
    const bytes = bytesOf(text);
    writer.add(bytes, bytes.length);
  }
  expect(writer.count).toBe(sorted.length);
  const parts = writer.pack();
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(new SharedArrayBuffer(16 + length + 16)).fill(0xff);
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return new SortedTexts(bytes.buffer, 8);
}

const sortedTexts = fc
  .tuple(fc.uniqueArray(anyText, { maxLength: 60 }), fc.uniqueArray(fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 8 })))
  .map(([some, others]) => [...new Set([...some, ...others])].sort());

describe("SortedTexts", () => {
  test("finds each text and the place of every other one, as a sorted list does", () => {
    fc.assert(
      fc.property(sortedTexts, fc.array(anyText, { maxLength: 20 }), (sorted, others) => {
        const texts = packed(sorted);
        expect(texts.count).toBe(sorted.length);
        const near = sorted.flatMap((text) => [text, text.slice(0, -1), `${text}\0`, `${text}a`, `${text.slice(0, -1)}\uffff`]);
        for (const wanted of [...near, ...others, ""]) {
          expect(texts.find(wanted)).toBe(sorted.indexOf(wanted));
          expect(texts.lowerBound(wanted)).toBe(sorted.filter((text) => text < wanted).length);
        }
      }),
      { numRuns: 150 },
    );
  });

  test("reads texts one by one, in slices, and by cursors from any position", () => {
    fc.assert(
      fc.property(sortedTexts, fc.nat(80), fc.nat(80), (sorted, one, other) => {
        const texts = packed(sorted);
        sorted.forEach((text, position) => expect(texts.at(position)).toBe(text));
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        expect(texts.slice(from, to)).toEqual(sorted.slice(from, to));
        expect(texts.slice(0, sorted.length)).toEqual(sorted);
        const cursor = new TextCursor(texts, from);
        const read: string[] = [];
        while (cursor.next()) {
          expect(cursor.ordinal).toBe(from + read.length);
          read.push(cursor.text());
        }
        expect(read).toEqual(sorted.slice(from));
        expect(cursor.next()).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  test("has nothing if it is empty", () => {
    const texts = packed([]);
    expect([texts.count, texts.find(""), texts.find("a"), texts.lowerBound("a"), texts.slice(0, 3)]).toEqual([0, -1, -1, 0, []]);
    expect(new TextCursor(texts, 0).next()).toBe(false);
  });
});

describe("the bytes of texts", () => {
  test("come back as the text that they were, whatever a string can hold, and from memory that others share its parts with", () => {
    fc.assert(
      fc.property(anyText, fc.nat(3), (text, before) => {
        const bytes = new Uint8Array(before + MAX_BYTES_PER_UNIT * text.length + 3).fill(0x41);
        const end = encodeUnits(text, bytes, before);
        expect(decodeUnits(bytes, before, end)).toBe(text);
      }),
    );
    const long = String.fromCharCode(...UNITS).repeat(1_000);
    expect(decodeUnits(bytesOf(long), 0, bytesOf(long).length)).toBe(long);
  });

  test("stand in the order of the strings, by UTF-16 units and not by code points", () => {
    const order = (a: Uint8Array, b: Uint8Array): number => Math.sign(Buffer.compare(a, b));
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(order(bytesOf(a), bytesOf(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
    // By code points, and in UTF-8, the pair comes after both.
    for (const unit of ["\ue000", "\uffff"]) {
      expect(order(bytesOf("\u{1f600}"), bytesOf(unit))).toBe(-1);
      expect(packed(["\u{1f600}", unit]).lowerBound(unit)).toBe(1);
    }
  });
});

test("varints take as many bytes as they say, and come back, up to 32 bits", () => {
  const edges = [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 0x1f_ffff, 0x20_0000, 0xfff_ffff, 0x1000_0000, 0xffff_ffff];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: 0xffff_ffff }))), (values) => {
      const bytes = new Uint8Array(5 * values.length);
      let at = 0;
      for (const value of values) {
        const end = writeVarint(bytes, at, value);
        expect(end - at).toBe(varintLength(value));
        at = end;
      }
      const reader = new VarintReader();
      reader.moveTo(bytes, 0);
      expect(values.map(() => reader.next())).toEqual(values);
      expect(reader.at).toBe(at);
    }),
    { examples: [[edges]] },
  );
});
