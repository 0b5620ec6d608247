import fc from "fast-check";
import {
  type ChangeHistoryEntry,
  type ClassMetadata,
  type DocSections,
  type FileMetadata,
  type FunctionMetadata,
  type HeaderSections,
  type LineRange,
  PROBLEM_KINDS,
  type Reference,
  REFERENCE_KINDS,
} from "../../src/model/file-metadata.ts";
import { parseFileMetadata } from "../../src/model/parse-file-metadata.ts";
import { pathFault } from "../../src/model/project-path.ts";

const arbitraryProblem = fc.oneof(
  fc.constantFrom(...PROBLEM_KINDS),
  fc.tuple(fc.constantFrom(...PROBLEM_KINDS), fc.integer({ min: 1 })).map(([kind, line]) => `${kind}:${line}` as const),
);

/**
 * Any valid record. The key space is small, so that random operations meet the same paths and terms again, and what
 * is in it is hostile: names of Object's own, quotes of SQL, JSON and shells, line ends, every width of UTF-8.
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
  return pathFault(text) === undefined;
}

/** Well-formed Unicode without NUL, as the model demands. */
function anyText(maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: "binary", maxLength }).filter((text) => !text.includes("\0"));
}

const text = fc.oneof(fc.constantFrom("", ...HOSTILE), anyText(12));
const name = text.filter((value) => value !== "");
const texts = fc.array(text, { maxLength: 3 });

const lineRange: fc.Arbitrary<LineRange> = fc
  .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.nat(1_000))
  .map(([start, length]) => ({ start, end: start + length }));

const docSections: fc.Arbitrary<DocSections> = fc.record({
  intent: text,
  designPrinciples: texts,
  implementationDetails: texts,
  designDecisions: texts,
});

const fn: fc.Arbitrary<FunctionMetadata> = fc.record(
  { name, className: name, parameters: texts, lineRange, docSections },
  { requiredKeys: ["name", "parameters", "lineRange", "docSections"] },
);

const cls: fc.Arbitrary<ClassMetadata> = fc.record({ name, lineRange, docSections });

const reference: fc.Arbitrary<Reference> = fc.record(
  { target: name, line: fc.integer({ min: 1, max: 100 }), kind: fc.constantFrom(...REFERENCE_KINDS), note: text },
  { requiredKeys: ["target", "line"] },
);

const change: fc.Arbitrary<ChangeHistoryEntry> = fc.record({ timestamp: text, summary: text, author: text, details: texts });

const headerSections: fc.Arbitrary<HeaderSections> = fc.record({
  intent: text,
  designPrinciples: texts,
  constraints: texts,
  referenceDocumentation: fc.array(reference, { maxLength: 3 }),
  changeHistory: fc.array(change, { maxLength: 2 }),
});

/** Zero has one sign in a record: neither JSON nor SQLite keeps two. */
const time = fc
  .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 1_700_000_000_000.123, -1))
  .map((ms) => ms + 0);

/** Any valid record, parsed and deeply frozen. */
export const arbitraryFileMetadata: fc.Arbitrary<FileMetadata> = fc
  .record({
    path: arbitraryPath,
    language: name,
    headerSections,
    functions: fc.array(fn, { maxLength: 3 }),
    classes: fc.array(cls, { maxLength: 2 }),
    size: fc.oneof(fc.nat(100), fc.maxSafeNat()),
    modifiedAt: time,
    digest: text,
    extractorVersion: text,
    problems: fc.uniqueArray(arbitraryProblem, { maxLength: 3 }),
  })
  .map(parseFileMetadata);
