import { expect, test } from "vitest";
import { sameTerms, type Term } from "../../src/record/terms.ts";

const terms = (...texts: string[]): Term[] => texts as Term[];

test("lists of terms are the same in whatever order the second one is", () => {
  expect(sameTerms(terms(), terms())).toBe(true);
  expect(sameTerms(terms("B", "a", "é"), terms("é", "B", "a"))).toBe(true);
  expect(sameTerms(terms("a"), terms("a", "b"))).toBe(false);
  expect(sameTerms(terms("a", "b"), terms("a"))).toBe(false);
  expect(sameTerms(terms("a", "b"), terms("a", "c"))).toBe(false);
  expect(sameTerms(terms("a", "a"), terms("a", "b"))).toBe(false);
});

test("comparing lists of terms changes neither", () => {
  const own = terms("b", "a");
  sameTerms(terms("a", "b"), own);
  expect(own).toEqual(["b", "a"]);
});
