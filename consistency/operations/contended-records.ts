import { Random } from "../../testing/random.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { parseFileMetadata } from "../../src/record/parsing/parse-file-metadata.ts";

export const PROJECTS: readonly string[] = ["one", "two"];
const PATHS_A_PROJECT = 260;

/**
 * More records than a cache keeps in memory, but few enough that processes often use the same ones.
 */
export const PATHS: readonly string[] = Array.from({ length: PATHS_A_PROJECT }, (_, number) => `${areaOf(number)}/${number}.ts`);
/**
 * The paths that all processes use most, so that one process often loads a path while another
 * writes it.
 */
const HOT_PATHS: readonly string[] = PATHS.slice(0, 12);

export function randomPath(random: Random): string {
  return random.pick(random.integer(3) === 0 ? HOT_PATHS : PATHS);
}

export const LANGUAGES: readonly string[] = ["typescript", "python", "go"];
export const FUNCTIONS: readonly string[] = Array.from({ length: 40 }, (_, number) => `f${number}`);
export const CLASSES: readonly string[] = Array.from({ length: 10 }, (_, number) => `C${number}`);
export const DOCUMENTS: readonly string[] = ["doc/A.md", "doc/B.md", "doc/C.md"];

function areaOf(number: number): string {
  return ["src", "lib", "test"][number % 3] ?? "src";
}

const made = new Map<string, FileMetadata>();
const MOST_MADE = 20_000;

/**
 * The only record for a path and a digest. Anybody who has these two can make the whole record. So
 * logs and the history need to name only these two, and a record mixed from two versions differs
 * from both.
 */
export function recordFor(path: string, digest: string): FileMetadata {
  const key = `${path} ${digest}`;
  let record = made.get(key);
  if (record === undefined) {
    record = makeRecord(path, digest);
    if (made.size >= MOST_MADE) made.clear();
    made.set(key, record);
  }
  return record;
}

function makeRecord(path: string, digest: string): FileMetadata {
  const random = new Random(hashOf(`${path} ${digest}`));
  const docSections = { intent: `of ${digest}`, designPrinciples: [], implementationDetails: [], designDecisions: [] };
  const some = (names: readonly string[], most: number): string[] => [
    ...new Set(Array.from({ length: random.integer(most + 1) }, () => random.pick(names))),
  ];
  return parseFileMetadata({
    path,
    language: random.pick(LANGUAGES),
    headerSections: {
      intent: `${path} as ${digest} has it: ${"word ".repeat(random.integer(60))}`,
      designPrinciples: [],
      constraints: [],
      referenceDocumentation: some(DOCUMENTS, 2).map((target, index) => ({ target, line: index + 1 })),
      changeHistory: [],
    },
    functions: some(FUNCTIONS, 4).map((name) => ({ name, parameters: [digest], lineRange: { start: 1, end: 2 }, docSections })),
    classes: some(CLASSES, 2).map((name) => ({ name, lineRange: { start: 1, end: 9 }, docSections })),
    symbols: some(CLASSES, 2).map((name) => ({ name, kind: "constant", lineRange: { start: 10, end: 10 }, intent: digest })),
    references: some(DOCUMENTS, 2).map((target, index) => ({ target, form: "comment", line: 11 + index, column: 4 })),
    headings: [],
    size: random.integer(1_000),
    modifiedAt: random.integer(1_000_000),
    digest,
    extractorVersion: "consistency",
    problems: [],
  });
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}
