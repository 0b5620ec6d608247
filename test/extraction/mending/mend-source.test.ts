import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Dialect } from "../../../src/extraction/mending/tokens/code-text.ts";
import { mendSource } from "../../../src/extraction/mending/mend-source.ts";
import { extractText } from "../extract-text.ts";
import { LANGUAGE_SAMPLES } from "../language-samples.ts";

const DIALECTS: readonly Dialect[] = ["c", "cpp"];
const samples = LANGUAGE_SAMPLES.filter(({ language }) => language === "c" || language === "cpp");
const FRAGMENTS = [
  ...samples.flatMap(({ text }) => text.split(/(?<=[\n({;])/)),
  ..."int f(a) ( ) { } [ ] < > ; , : :: = * & ~ # \\ / ' \" struct class enum template operator namespace extern typedef A B_C __d 1".split(
    " ",
  ),
  ...["\n", "\r\n", "#if 0\n", "#else\n", "#endif\n", "/*", "*/", "//", 'R"(', ')"', "é", "😀"],
];
/** The text as it is parsed, with the comments of the definitions in their places. */
function withComments(text: string, dialect: Dialect): string {
  const mended = mendSource(text, dialect);
  return mended.comments.reduce((all, { start, end }) => all.slice(0, start) + text.slice(start, end) + all.slice(end), mended.text);
}

const sources = fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 60 }).map((parts) => parts.join(" "));

describe("mended text", () => {
  it("is as long as the original, with the same line ends", () => {
    fc.assert(
      fc.property(fc.oneof(sources, fc.string({ unit: "binary" })), fc.constantFrom(...DIALECTS), (text, dialect) => {
        const mended = mendSource(text, dialect).text;
        expect(mended).toHaveLength(text.length);
        expect(mended.replace(/[^\r\n]/g, "x")).toBe(text.replace(/[^\r\n]/g, "x"));
      }),
      { numRuns: 1_000 },
    );
  });

  it("has nothing outside of the parts that are parsed, and a blank between two of them", () => {
    const spread = fc
      .array(fc.tuple(fc.constantFrom(...FRAGMENTS), fc.constantFrom("", " ", "x;".repeat(40), `${"f".repeat(100)}(a) {}`)), {
        maxLength: 60,
      })
      .map((pieces) => pieces.flat().join(" "));
    fc.assert(
      fc.property(fc.oneof(sources, spread), fc.constantFrom(...DIALECTS), (text, dialect) => {
        const { text: mended, parts, isEmpty } = mendSource(text, dialect);
        let at = 0;
        for (const { start, end } of parts) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          expect(mended.slice(at, start).trim()).toBe("");
          if (end < text.length) expect(mended[end - 1]!.trim()).toBe("");
          at = end;
        }
        expect(mended.slice(at).trim()).toBe("");
        expect(at).toBeLessThanOrEqual(text.length);
        expect(isEmpty).toBe(parts.length === 0);
      }),
      { numRuns: 1_000 },
    );
  });

  it("stays as it is when it is mended again", () => {
    for (const { text, language } of samples) {
      const mended = mendSource(text, language as Dialect).text;
      expect(mendSource(mended, language as Dialect).text).toBe(mended);
    }
  });

  it("has of code without macros nothing other than the original", async () => {
    for (const { path, text, language } of samples) {
      const whole = await extractText(path, text);
      const mended = await extractText(path, withComments(text, language as Dialect));
      expect(mended.functions).toEqual(whole.functions);
      expect(mended.classes).toEqual(whole.classes);
    }
  });

  it("is empty if nothing can be defined in it", () => {
    const header =
      '/* Constants. */\n#ifndef A_H\n#define A_H { 1 }\nextern int a, f(int);\nint g(void) ATTR(1);\n#include "b.h"\n#endif\n';
    expect(mendSource(header, "c")).toMatchObject({ isEmpty: true, definitions: [], doubt: undefined });
  });
});

describe("hostile text is mended in one pass", () => {
  it.each([
    ["brackets", "("],
    ["braces", "{"],
    ["closing braces", "}\n"],
    ["angles", "a<"],
    ["heads", "f(a){\n"],
    ["functions that end too early", "int f(a){}\n}\n"],
    ["types", "struct a {"],
    ["templates", "template<"],
    ["conditions", "#if 1\nint f(a)\n#else\n"],
    ["comments", "/*"],
    ["quotes", '"'],
    ["names", "a::"],
    ["declarations of the old style", "int f(a) int b;"],
  ])("such as a million characters of %s", (_what, piece) => {
    const text = piece.repeat(1_000_000 / piece.length);
    for (const dialect of DIALECTS) {
      expect(mendSource(text, dialect).text).toHaveLength(text.length);
      expect(mendSource(`int f(void) { ${text}`, dialect).text).toHaveLength(text.length + 14);
    }
  });
});
