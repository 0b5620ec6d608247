import fc from "fast-check";
import { expect, test } from "vitest";
import { NameCursor } from "../../src/indexing/image/name-cursor.ts";
import { SortedTexts, SortedTextsWriter } from "../../src/indexing/image/sorted-texts.ts";
import { decodeUnits, encodeUnits } from "../../src/indexing/image/unit-bytes.ts";

const name = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "b", "A", "_", "é", "漢"), minLength: 1, maxLength: 6 }),
  fc.constantFrom("a".repeat(127), "a".repeat(128), "ab".repeat(200), "b".repeat(2_000)),
);
const rest = fc.constantFrom("f", "fOwner", "c", `f${"o".repeat(300)}`);

function hasLetters(text: string, letters: string): boolean {
  let at = 0;
  for (const character of text) if (character.toLowerCase() === letters[at]) at++;
  return at === letters.length;
}

function textsOf(all: readonly string[]): SortedTexts {
  const writer = new SortedTextsWriter();
  for (const text of all) {
    const bytes = new Uint8Array(3 * text.length);
    writer.add(bytes, encodeUnits(text, bytes, 0));
  }
  const parts = writer.pack();
  const memory = new ArrayBuffer(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    new Uint8Array(memory).set(part, at);
    at += part.length;
  }
  return new SortedTexts(memory, 0);
}

test("a cursor over names stops at every text whose name has the letters in their order, and at no other, wherever it begins and pauses", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(
        fc.tuple(name, rest).map((parts) => parts.join("\0")),
        { maxLength: 60 },
      ),
      fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 3 }),
      fc.nat(60),
      fc.nat(60),
      fc.integer({ min: 1, max: 70 }),
      (all, letters, one, other, most) => {
        all.sort();
        const [from, to] = [Math.min(one, other, all.length), Math.min(Math.max(one, other), all.length)];
        const names = new NameCursor(
          textsOf(all),
          from,
          to,
          Uint8Array.from(letters, (letter) => letter.charCodeAt(0)),
        );
        const found: string[] = [];
        let before: string | undefined;
        while (!names.isAtEnd) {
          const position = names.ordinal;
          const stops = names.next(most);
          expect(names.ordinal - position).toBeLessThanOrEqual(most);
          if (!stops) continue;
          const text = decodeUnits(names.bytes, 0, names.length);
          expect(text).toBe(all[names.ordinal]);
          const own = decodeUnits(names.bytes, 0, names.nameLength);
          expect(own).toBe(text.slice(0, text.indexOf("\0")));
          if (before !== undefined) expect(names.isSameName).toBe(own === before);
          before = own;
          found.push(text);
        }
        expect(found).toEqual(all.slice(from, to).filter((text) => hasLetters(text.slice(0, text.indexOf("\0")), letters)));
      },
    ),
    { numRuns: 300 },
  );
});
