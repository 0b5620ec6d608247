import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteArena } from "../../src/indexing/lists/byte-arena.ts";
import { TermDictionary, type TermNumber } from "../../src/indexing/texts/term-dictionary.ts";
import { INDEX_NAMES, type IndexName, type Term } from "../../src/record/terms.ts";

/** Anything that a string can hold: wide units, halves of pairs, NUL, nothing at all; and names that differ only at one end. */
const text = fc.oneof(
  fc.constantFrom("", "a", "b", "ab", "abc", "aé", "a\u0100", "\ud800", "\udc00", "\0", "__proto__", "x".repeat(127), "x".repeat(128)),
  fc.string({ unit: fc.constantFrom("a", "b", "é", "\u0101", "\ud83d", "\0"), maxLength: 6 }),
  fc.constantFrom("y".repeat(20_000), "\u4e00".repeat(20_000)),
);
const step = fc.record({ kind: fc.constantFrom("intern", "intern", "release"), index: fc.constantFrom(...INDEX_NAMES), text });

test("every text of every index has one number, and is found by it, by itself and in its order, as in a plain map", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const terms = new TermDictionary(new ByteArena());
      const model = new Map<string, TermNumber>();
      for (const { kind, index, text: term } of steps) {
        const key = `${index} ${term}`;
        const known = model.get(key);
        if (kind === "intern") {
          const number = terms.intern(index, term as Term);
          if (known === undefined) expect([...model.values()]).not.toContain(number);
          else expect(number).toBe(known);
          model.set(key, number);
        } else if (known !== undefined) {
          terms.release(known);
          model.delete(key);
        }
        expect(terms.size).toBe(model.size);
      }
      expect(terms.verify()).toEqual([]);
      for (const index of INDEX_NAMES) expect(textsOf(terms, index)).toEqual(modelTexts(model, index));
      for (const { index, text: term } of steps) {
        expect(terms.numberOf(index, term as Term)).toBe(model.get(`${index} ${term}`));
        expect(textsOf(terms, index, term)).toEqual(modelTexts(model, index).filter((other) => other >= term));
      }
      for (const [key, number] of model) expect(`${terms.indexOf(number)} ${terms.termOf(number)}`).toBe(key);
    }),
    { numRuns: 300 },
  );
});

test("many thousand terms come and go, and the numbers of those that went are used again", () => {
  const terms = new TermDictionary(new ByteArena());
  const name = (number: number): Term => `name_${(number * 7_919) % 100_003}` as Term;
  for (let number = 0; number < 20_000; number++) terms.intern("functionName", name(number));
  for (let number = 0; number < 20_000; number += 2) terms.release(terms.numberOf("functionName", name(number)) as TermNumber);
  for (let number = 0; number < 20_000; number++) {
    expect(terms.numberOf("functionName", name(number)) === undefined).toBe(number % 2 === 0);
  }
  for (let number = 20_000; number < 30_000; number++) terms.intern("className", name(number));
  expect(terms.limit).toBe(20_000);
  expect(terms.verify()).toEqual([]);
});

test("terms that come and go for ever take no more memory than those that are there", () => {
  const arena = new ByteArena();
  const terms = new TermDictionary(arena);
  const round = (number: number): void => {
    const names = Array.from({ length: 2_000 }, (_, name) => `${"long ".repeat(name % 50)}${name} of ${number % 7}` as Term);
    const numbers = names.map((name) => terms.intern("className", name));
    for (const term of numbers) terms.release(term);
  };
  round(0);
  const afterOne = arena.byteLength + terms.byteLength;
  for (let number = 1; number < 30; number++) round(number);
  expect(arena.byteLength + terms.byteLength).toBeLessThan(1.5 * afterOne);
});

function textsOf(terms: TermDictionary, index: IndexName, from = ""): string[] {
  return Array.from(terms.numbers(index, from), (number) => terms.termOf(number));
}

function modelTexts(model: ReadonlyMap<string, TermNumber>, index: IndexName): string[] {
  return [...model.keys()]
    .filter((key) => key.startsWith(`${index} `))
    .map((key) => key.slice(index.length + 1))
    .sort();
}
