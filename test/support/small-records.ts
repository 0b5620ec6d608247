import fc from "fast-check";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { parseFileMetadata } from "../../src/record/parsing/parse-file-metadata.ts";
import type { OrderBy, TermCriterion, TermPrefix } from "../../src/query/metadata-query.ts";

/** A key space so small that random operations meet the same paths and terms again and again. */
export const SMALL_PATHS: readonly string[] = [
  "a.ts",
  "b.py",
  "lib/a.ts",
  "lib/b.ts",
  "lib/sub/é.go",
  "lib!.rs",
  "src/__proto__",
  "src/constructor.js",
  "z\n.sh",
];
const LANGUAGES = ["typescript", "python", "constructor"];
const DOCUMENTS = ["doc/DESIGN.md", "__proto__", "README.md"];
const FUNCTIONS = ["main", "constructor", "__proto__", "parse", "parseAll", "p", "toString"];
const CLASSES = ["Cache", "hasOwnProperty"];

export interface RecordSeed {
  readonly path: string;
  readonly language?: string;
  readonly documents?: readonly string[];
  /** Links of a document, and what comments name: each a target, the n-th on line n. */
  readonly links?: readonly string[];
  readonly comments?: readonly string[];
  readonly functions?: readonly string[];
  readonly classes?: readonly string[];
  readonly size?: number;
  readonly modifiedAt?: number;
  readonly intent?: string;
  readonly problems?: FileMetadata["problems"];
}

/** A whole valid record from the few things that a test cares about. */
export function recordOf(seed: RecordSeed): FileMetadata {
  const docSections = { intent: "", designPrinciples: [], implementationDetails: [], designDecisions: [] };
  return parseFileMetadata({
    path: seed.path,
    language: seed.language ?? "typescript",
    headerSections: {
      intent: seed.intent ?? "",
      designPrinciples: [],
      constraints: [],
      referenceDocumentation: (seed.documents ?? []).map((target, index) => ({ target, line: index + 1 })),
      changeHistory: [],
    },
    functions: (seed.functions ?? []).map((name) => ({ name, parameters: ["a"], lineRange: { start: 1, end: 2 }, docSections })),
    classes: (seed.classes ?? []).map((name) => ({ name, lineRange: { start: 1, end: 9 }, docSections })),
    references: [
      ...(seed.links ?? []).map((target, index) => ({ target, form: "link" as const, line: index + 1, column: 2 })),
      ...(seed.comments ?? []).map((target, index) => ({ target, form: "comment" as const, line: index + 1, column: 4 })),
    ],
    size: seed.size ?? 10,
    modifiedAt: seed.modifiedAt ?? 1_700_000_000_000.5,
    digest: "0".repeat(64),
    extractorVersion: "test",
    problems: seed.problems ?? [],
  });
}

export const smallPath: fc.Arbitrary<string> = fc.constantFrom(...SMALL_PATHS);

export const smallRecord: fc.Arbitrary<FileMetadata> = fc
  .record({
    path: smallPath,
    language: fc.constantFrom(...LANGUAGES),
    documents: fc.array(fc.constantFrom(...DOCUMENTS), { maxLength: 3 }),
    functions: fc.array(fc.constantFrom(...FUNCTIONS), { maxLength: 4 }),
    classes: fc.array(fc.constantFrom(...CLASSES), { maxLength: 2 }),
    size: fc.nat(3),
    modifiedAt: fc.nat(3),
    intent: fc.constantFrom("", "one", "two"),
  })
  .map(recordOf);

/** Any valid query over the small key space but for its cursor. */
export interface SmallQuery {
  language?: TermCriterion;
  referenceDoc?: TermCriterion;
  functionName?: TermCriterion;
  className?: TermCriterion;
  pathPattern?: string;
  pathPrefix?: string;
  orderBy?: OrderBy;
  limit?: number;
}

export const smallQuery: fc.Arbitrary<SmallQuery> = fc.record(
  {
    language: criterion([...LANGUAGES, "unknown"]),
    referenceDoc: criterion([...DOCUMENTS, "unknown"]),
    functionName: criterion([...FUNCTIONS, "unknown"]),
    className: criterion([...CLASSES, "unknown"]),
    pathPattern: fc.constantFrom("a", "^lib/", "\\.ts$", "(a|b)+\\.", "."),
    pathPrefix: fc.constantFrom("lib/", "lib", "s", "", "nowhere/"),
    orderBy: fc.constantFrom<OrderBy>("path", "-path", "language", "-language", "size", "-size", "modifiedAt", "-modifiedAt"),
    limit: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: [] },
);

/**
 * A term, a prefix of one that may stand for several, or a list that mixes both and may name the
 * same thing twice.
 */
function criterion(terms: readonly string[]): fc.Arbitrary<TermCriterion> {
  const alternative = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<string | TermPrefix>(...terms) },
    {
      weight: 1,
      arbitrary: fc.record({ prefix: fc.constantFrom(...terms.flatMap((term) => [term, term.slice(0, 1), term.slice(0, 2)])) }),
    },
  );
  return fc.oneof(alternative, fc.array(alternative, { minLength: 1, maxLength: 6 }));
}
