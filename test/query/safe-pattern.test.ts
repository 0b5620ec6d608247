import fc from "fast-check";
import { RE2JS, RE2JSException } from "re2js";
import { describe, expect, test } from "vitest";
import { analyzePattern, type PatternAnalysis, searchOf, worstCase } from "../../src/query/pattern/safe-pattern.ts";
import { type Assertion, parsePattern, type PatternNode } from "../../src/query/pattern/pattern-syntax.ts";

const NO_FLAGS = { caseless: false, multiline: false, dotAll: false };

const LITERALS = [..."abcSsKk/._-1 ".split(""), "é", "😀", "ſ", "\u212a"];
const UNITS = [...LITERALS, "\n", "\r", "\t", "\v", "\f", "\u2028", "\u00a0", "\u0001", "\uffff", "^", "]"];
const ESCAPES = [".", "\\.", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\n", "\\v", "\\f", "\\_", "\\-", "\\^", "^", "$", "\\b", "\\B"];
const CLASSES = [
  "[abc]",
  "[^/]",
  "[a-c.]",
  "[^a-c]",
  "[\\w-]",
  "[-a]",
  "[a-]",
  "[^\\s]",
  "[.\\-_]",
  "[S-k]",
  "[^k]",
  "[^\\n😀]",
  "[a^]",
  "[\\]a]",
  "[+--]",
];
const STRANGE = [
  "\\A",
  "\\z",
  "\\Qa.\\E",
  "\\x61",
  "(?i)a",
  "[[:alpha:]]",
  "\\pL",
  "\\pN",
  "[]a]",
  "{",
  "}",
  "]",
  "[a-c-z]",
  "\\C",
  "\\a",
  "[a&&b]",
];

/**
 * Everything that patterns are written with, the strange included; what RE2 refuses is passed over.
 */
const atom = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...LITERALS) },
  { weight: 4, arbitrary: fc.constantFrom(...ESCAPES) },
  { weight: 3, arbitrary: fc.constantFrom(...CLASSES) },
  { weight: 1, arbitrary: fc.constantFrom(...STRANGE) },
);
const quantifier = fc.oneof(
  { weight: 6, arbitrary: fc.constant("") },
  { weight: 3, arbitrary: fc.constantFrom("*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{2,}", "{0,2}?", "{,2}", "{0}") },
);
const pattern = fc.letrec<{ sequence: string; choice: string; item: string }>((tie) => ({
  item: fc
    .tuple(
      fc.oneof(
        { maxDepth: 3, depthIdentifier: "group" },
        { weight: 5, arbitrary: atom },
        { weight: 2, arbitrary: tie("choice").map((inner) => `(${inner})`) },
        { weight: 1, arbitrary: tie("choice").map((inner) => `(?:${inner})`) },
      ),
      quantifier,
    )
    .map((parts) => parts.join("")),
  sequence: fc.array(tie("item"), { maxLength: 5, depthIdentifier: "group" }).map((items) => items.join("")),
  choice: fc.array(tie("sequence"), { minLength: 1, maxLength: 3, depthIdentifier: "group" }).map((options) => options.join("|")),
})).choice;

const path = fc.oneof(
  fc.string({ unit: fc.constantFrom(...UNITS), maxLength: 12 }),
  fc.string({ unit: fc.constantFrom("a", "b", "/", "."), maxLength: 20 }),
);

/** Long runs, so that loops have much to give back. */
const hardPath = fc
  .array(fc.tuple(fc.constantFrom("a", "b", "c", "/", ".", "ab", "a/", "aac"), fc.integer({ min: 1, max: 12 })), { maxLength: 3 })
  .map((runs) => runs.map(([unit, times]) => unit.repeat(times)).join(""));

function re2(source: string, flags: { caseless: boolean; multiline: boolean; dotAll: boolean }): RE2JS | undefined {
  const bits = (flags.caseless ? RE2JS.CASE_INSENSITIVE : 0) | (flags.multiline ? RE2JS.MULTILINE : 0) | (flags.dotAll ? RE2JS.DOTALL : 0);
  try {
    return RE2JS.compile(source, bits);
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}

function whyNot(analysis: PatternAnalysis): string {
  return analysis.safe ? `safe up to ${analysis.maxLength}` : analysis.why;
}

describe("analyzePattern", () => {
  test("wherever it calls a pattern safe, V8 gives the verdict of RE2", () => {
    let judged = 0;
    let safe = 0;
    fc.assert(
      fc.property(
        pattern,
        fc.record({ caseless: fc.boolean(), multiline: fc.boolean(), dotAll: fc.boolean() }),
        fc.array(path, { minLength: 1, maxLength: 20 }),
        (source, flags, paths) => {
          const reference = re2(source, flags);
          if (reference === undefined) return;
          judged++;
          const analysis = analyzePattern(source, flags);
          if (!analysis.safe) return;
          safe++;
          for (const each of paths) expect([source, each, analysis.regexp.test(each)]).toEqual([source, each, reference.test(each)]);
        },
      ),
      { numRuns: 5_000 },
    );
    // Else the property says nothing.
    expect(safe / judged).toBeGreaterThan(0.2);
  });

  test("each thing that a pattern can be made of means the same in V8 as in RE2, for each character and flag", () => {
    let compared = 0;
    for (const bits of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const flags = { caseless: (bits & 1) !== 0, multiline: (bits & 2) !== 0, dotAll: (bits & 4) !== 0 };
      for (const thing of [...LITERALS.filter((literal) => literal !== "."), ...ESCAPES, ...CLASSES, ...STRANGE]) {
        for (const source of [thing, `^${thing}$`, `^a${thing}b`, `${thing}a$`]) {
          const analysis = analyzePattern(source, flags);
          const reference = analysis.safe ? re2(source, flags) : undefined;
          if (!analysis.safe || reference === undefined) continue;
          for (const unit of UNITS) {
            for (const text of [unit, `a${unit}b`, `${unit}a`, `${unit}${unit}`]) {
              compared++;
              if (analysis.regexp.test(text) !== reference.test(text))
                expect.fail(`${source} on ${JSON.stringify(text)} with flags ${bits}`);
            }
          }
        }
      }
    }
    expect(compared).toBeGreaterThan(50_000);
  });

  test.each([
    ["\\.ts$", 4_096],
    ["^src/.*_test\\.go$", 4_096],
    ["(^|/)tests?/", 4_096],
    ["^(src|lib)/([^/]+/)*index\\.[jt]sx?$", 128],
    ["f\\d*7\\.ts$", 112],
    ["[^/]+/[^/]+\\.spec\\.(ts|js)$", 64],
    [".*test.*\\.ts$", 128],
    [".*handler.*", 4_096],
    ["(a+)+$", 128],
    ["x*x*x*x*y", 4_096],
    ["services/.*/handler", 96],
  ])("%s runs natively, for paths of up to %i characters at least", (source, length) => {
    const analysis = analyzePattern(source, NO_FLAGS);
    expect(analysis.safe ? analysis.maxLength : analysis.why).toBeGreaterThanOrEqual(length);
  });

  test.each([
    "b(a+)+$",
    "b(a|a)*b",
    "(.*a){20}",
    "bx*x*x*x*y",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "b(a|ab)*c",
    "(a?){30}a{30}",
    "b(a*)*c",
    "(.*)(.*)(.*)(.*)[^a]",
    "b(x+x+)+y",
    "b(a|b|ab)*c$",
    `a${"($|\\b)".repeat(20)}^`,
    "^(a?|b?)(a?|b?)(a?|b?)(a?|b?)(a?|b?)(a?|b?)(a?|b?)(a?|b?)(a?|b?)(a?|b?)(a?|b?)(a?|b?)$x",
  ])("%s is never run natively", (source) => {
    expect(whyNot(analyzePattern(source, NO_FLAGS))).toMatch(/too many steps/);
  });

  test.each([
    ["a{b", /"\{"/],
    ["(?i)a", /group that begins with "\(\?"/],
    ["\\Aa", /escape "\\A"/],
    ["\\pN", /escape "\\p"/],
    ["[[:alpha:]]", /"\[" within a class/],
    ["[]a]", /"\]" within a class/],
    ["a]", /"\]" without a backslash/],
    ["\\x41", /escape "\\x"/],
    ["a\\Bb", /escape "\\B"/],
    ["^*a", /repeated assertion/],
    ["[\\d-z]", /range whose ends are not two characters/],
    ["(".repeat(30) + "a" + ")".repeat(30), /nested deeper/],
  ])("what %s means is left to RE2", (source, why) => {
    expect(re2(source, NO_FLAGS)).toBeDefined();
    expect(whyNot(analyzePattern(source, NO_FLAGS))).toMatch(why);
  });

  test("what folds or anchors differently in the two engines is left to RE2", () => {
    expect(whyNot(analyzePattern("é", { ...NO_FLAGS, caseless: true }))).toMatch(/with the flag i/);
    expect(whyNot(analyzePattern("\\w", { ...NO_FLAGS, caseless: true }))).toMatch(/escape "\\w"/);
    expect(whyNot(analyzePattern("a$", { ...NO_FLAGS, multiline: true }))).toMatch(/ends of lines/);
  });

  test("no backtracking search takes more steps than the bound says", () => {
    let bounded = 0;
    fc.assert(
      fc.property(pattern, fc.array(hardPath, { minLength: 1, maxLength: 10 }), (source, paths) => {
        if (re2(source, NO_FLAGS) === undefined) return;
        const parsed = parsePattern(source, NO_FLAGS);
        if ("unknown" in parsed) return;
        const node = searchOf(parsed.node);
        for (const each of paths) {
          const bound = worstCase(node, each.length + 1);
          if (bound > 100_000) continue;
          bounded++;
          expect([source, each, stepsOfSearch(node, each) <= bound]).toEqual([source, each, true]);
        }
      }),
      { numRuns: 5_000, examples: [["^a[ab]*(c|d|e|f|/|\\.)", ["ab".repeat(30)]]] },
    );
    expect(bounded).toBeGreaterThan(1_000);
  });
});

/** The plainest backtracking matcher, which counts its tests of one character. */
function stepsOfSearch(whole: PatternNode, text: string): number {
  let steps = 0;
  const match = (node: PatternNode, at: number, then: (at: number) => boolean): boolean => {
    switch (node.kind) {
      case "one-of": {
        steps++;
        const point = text.codePointAt(at);
        return (
          point !== undefined && node.set.some(([first, last]) => first <= point && point <= last) && then(at + (point > 0xffff ? 2 : 1))
        );
      }
      case "assertion":
        steps++;
        return holds(node.holds, text, at) && then(at);
      case "sequence": {
        const from = (item: number, place: number): boolean => {
          const next = node.items[item];
          return next === undefined ? then(place) : match(next, place, (end) => from(item + 1, end));
        };
        return from(0, at);
      }
      case "choice":
        return node.options.some((option) => match(option, at, then));
      case "repeat": {
        const again = (count: number, place: number): boolean =>
          (count < node.max && match(node.item, place, (end) => (end > place || count < node.min) && again(count + 1, end))) ||
          (count >= node.min && then(place));
        return again(0, at);
      }
    }
  };
  for (let start = 0; start <= text.length; start++) if (match(whole, start, () => true)) break;
  return steps;
}

function holds(assertion: Assertion, text: string, at: number): boolean {
  if (assertion === "start") return at === 0;
  if (assertion === "end") return at === text.length;
  const isWord = (unit: string | undefined): boolean => unit !== undefined && /\w/.test(unit);
  return isWord(text[at - 1]) !== isWord(text[at]);
}
