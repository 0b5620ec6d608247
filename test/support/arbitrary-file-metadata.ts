import fc from "fast-check";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { KindData, ObjectData } from "../../src/record/kinds.ts";
import { parseFileMetadata } from "../../src/record/parsing/parse-file-metadata.ts";
import { pathProblem } from "../../src/record/project-path.ts";
import { RECORD } from "../../src/record/shape.ts";

/**
 * Any valid record. The key space is small, so that random operations meet the same paths and terms
 * again, and what is in it is hostile: names of Object's own, quotes of SQL, JSON and shells, line
 * ends, every width of UTF-8.
 */
const HOSTILE = [
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "O'Brien; DROP TABLE file; --",
  '"quoted"',
  "a\nb\r\nc\td",
  "back\\slash \\u0000 %00",
  "$1 ?1 :name @name",
  "[]",
  "null",
  "é\u0301",
  "\u2028\u2029\ufeff",
  "漢字",
  "👩‍👩‍👧‍👦",
  "\u{10ffff}",
  "￿",
];

/** Valid paths, most of them few; every one is in its normal spelling. */
const arbitraryPath: fc.Arbitrary<string> = fc
  .oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom(...HOSTILE.filter(isPath), "a", "a/b", "a/b.ts", "a.b", "a!", "a/B", "A/b", "...", ".hidden/..x"),
    },
    {
      weight: 2,
      arbitrary: fc.array(fc.constantFrom("a", "b", ...HOSTILE), { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
    },
    { weight: 1, arbitrary: anyText(20) },
  )
  .filter(isPath);

function isPath(text: string): boolean {
  return pathProblem(text) === undefined;
}

/** Well-formed Unicode without NUL, as the model demands. */
function anyText(maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: "binary", maxLength }).filter((text) => !text.includes("\0"));
}

const text = fc.oneof(fc.constantFrom("", ...HOSTILE), anyText(12));
const name = text.filter((value) => value !== "");
/** Zero has one sign in a record: neither JSON nor SQLite keeps two. */
const time = fc
  .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 1_700_000_000_000.123, -1))
  .map((ms) => ms + 0);

function arbitraryOf(kind: KindData): fc.Arbitrary<unknown> {
  switch (kind.is) {
    case "text":
      return text;
    case "name":
      return name;
    case "path":
      return arbitraryPath;
    case "time":
      return time;
    case "integer": {
      // What is at least another field is added to that.
      if (typeof kind.least === "string") return fc.nat(1_000);
      return fc
        .oneof(fc.nat(100), kind.least === 0 ? fc.maxSafeNat() : fc.integer({ min: kind.least, max: 1_000_000 }))
        .map(atLeast(kind.least));
    }
    case "choice": {
      const choice = fc.constantFrom(...kind.choices);
      return kind.withLine
        ? fc.oneof(
            choice,
            fc.tuple(choice, fc.integer({ min: 1 })).map(([one, line]) => `${one}:${line}`),
          )
        : choice;
    }
    case "list":
      return fc.array(arbitraryOf(kind.of), { maxLength: 3 });
    default:
      return arbitraryObject(kind);
  }
}

function atLeast(least: number): (value: number) => number {
  return (value) => Math.max(least, value);
}

function arbitraryObject({ fields }: ObjectData): fc.Arbitrary<Record<string, unknown>> {
  const parts = Object.fromEntries(fields.map(({ key, kind }) => [key, arbitraryOf(kind)]));
  const requiredKeys = fields.filter(({ isOptional }) => !isOptional).map(({ key }) => key);
  return fc.record(parts, { requiredKeys }).map((object) => {
    for (const { key, kind } of fields) {
      if (kind.is !== "integer" || typeof kind.least !== "string") continue;
      object[key] = (object[kind.least] as number) + (object[key] as number);
    }
    return object;
  });
}

/** Any valid record, parsed and deeply frozen. */
export const arbitraryFileMetadata: fc.Arbitrary<FileMetadata> = arbitraryObject(RECORD).map(parseFileMetadata);
