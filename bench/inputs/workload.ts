import { EMPTY_DOC_SECTIONS, type FileMetadata } from "../../src/record/file-metadata.ts";
import { parseFileMetadata } from "../../src/record/parsing/parse-file-metadata.ts";
import { Random, Zipf } from "../../testing/random.ts";
import { shuffledNumbers } from "./shuffled.ts";

export interface WorkloadOptions {
  readonly records: number;
  readonly seed: number;
}

/**
 * How much of everything there is. `test/bench/workload.test.ts` checks that the generator keeps to
 * these numbers.
 */
export const FUNCTIONS_A_RECORD = 8;
export const CLASSES_A_RECORD = 2;
export const REFERENCES_A_RECORD = 3;
export const FUNCTION_NAMES = 50_000;
export const CLASS_NAMES = 20_000;
export const DOCUMENTS = 1_500;
/** With the endings of their files, the most frequent first. */
export const LANGUAGES: readonly (readonly [language: string, ending: string])[] = [
  ["typescript", "ts"],
  ["python", "py"],
  ["go", "go"],
  ["java", "java"],
  ["rust", "rs"],
  ["javascript", "js"],
  ["cpp", "cpp"],
  ["csharp", "cs"],
  ["ruby", "rb"],
  ["php", "php"],
  ["c", "c"],
  ["bash", "sh"],
];

/**
 * The records of one invented project: about 2 KB of JSON each, languages by Zipf 1, names of
 * functions and classes by Zipf 0.8, all documents with the same chance (about 200 of 100,000
 * records reference each).
 *
 * Each record is a function of the seed and its index alone, so any process can make any part of
 * the workload again.
 */
export class Workload {
  readonly records: number;
  readonly seed: number;
  readonly #languages = new Zipf(LANGUAGES.length, 1);
  readonly #functions = new Zipf(FUNCTION_NAMES, 0.8);
  readonly #classes = new Zipf(CLASS_NAMES, 0.8);

  constructor({ records, seed }: WorkloadOptions) {
    this.records = records;
    this.seed = seed;
  }

  /**
   * `index` goes from 0 to `records` - 1. The record is valid and frozen, like a record from the
   * database.
   */
  record(index: number): FileMetadata {
    const random = new Random(Math.imul(this.seed ^ (index + 1), 0x9e3779b1) ^ index);
    const [language, ending] = LANGUAGES[this.#languages.draw(random)] ?? ["", ""];
    const area = random.pick(AREAS);
    const topic = random.pick(NOUNS).toLowerCase();
    const classes = distinct(CLASSES_A_RECORD, () => className(this.#classes.draw(random)));
    const functions = distinct(FUNCTIONS_A_RECORD, () => functionName(this.#functions.draw(random)));
    const documents = distinct(REFERENCES_A_RECORD, () => documentName(random.integer(DOCUMENTS)));
    let line = 20;
    const lines = (): { start: number; end: number } => {
      const start = line;
      line += 5 + random.integer(30);
      return { start, end: line - 2 };
    };
    return parseFileMetadata({
      path: `${random.pick(ROOTS)}/${area}/${random.pick(FOLDERS)}/${topic}_${index.toString(36).padStart(4, "0")}.${ending}`,
      language,
      headerSections: {
        intent: `Keeps the ${topic} of ${area}.`,
        designPrinciples: ["One way in"],
        constraints: [],
        referenceDocumentation: documents.map((target, position) => ({ target, line: 6 + position })),
        changeHistory: [],
      },
      functions: functions.map((name, position) => ({
        name,
        ...(position === 0 && { className: classes[0] }),
        parameters: [random.pick(PARAMETERS)],
        lineRange: lines(),
        // As in most code, many functions have no documentation.
        docSections: position % 4 === 0 ? documentation(name, random) : EMPTY_DOC_SECTIONS,
      })),
      classes: classes.map((name) => ({ name, lineRange: lines(), docSections: documentation(name, random) })),
      size: 500 + random.integer(20_000),
      modifiedAt: 1_760_000_000_000 + random.integer(30_000_000_000),
      digest: Array.from({ length: 8 }, () =>
        random
          .integer(2 ** 32)
          .toString(16)
          .padStart(8, "0"),
      ).join(""),
      extractorVersion: "bench-1",
      problems: [],
    });
  }

  /** All records in shuffled order, the same each time. */
  *all(): Generator<FileMetadata, void, undefined> {
    for (const index of shuffledNumbers(this.records, this.seed)) yield this.record(index);
  }
}

/** Returns `record` with its first function renamed, as after an edit. */
export function withRenamedFunction(record: FileMetadata, name: string): FileMetadata {
  const [first, ...others] = record.functions;
  return parseFileMetadata({ ...record, functions: [{ ...first, name }, ...others], modifiedAt: record.modifiedAt + 1 });
}

/** The names by rank: neighbours in frequency are not neighbours in spelling. */
export function functionName(rank: number): string {
  const shuffled = (rank * 7_919) % FUNCTION_NAMES;
  const [verb, noun, rest] = digits(shuffled, VERBS.length, NOUNS.length);
  return `${VERBS[verb]}${NOUNS[noun]}${SUFFIXES[rest]}`;
}

export function className(rank: number): string {
  const shuffled = (rank * 7_919) % CLASS_NAMES;
  const [quality, noun, rest] = digits(shuffled, QUALITIES.length, NOUNS.length);
  return `${QUALITIES[quality]}${NOUNS[noun]}${ROLES[rest]}`;
}

export function documentName(number: number): string {
  const area = AREAS[number % AREAS.length] as string;
  return `doc/${area}/${(NOUNS[number % NOUNS.length] as string).toUpperCase()}_${number}.md`;
}

function documentation(name: string, random: Random): object {
  return {
    intent: `${random.pick(OPENINGS)} ${name}.`,
    designPrinciples: [],
    implementationDetails: [],
    designDecisions: [],
  };
}

function digits(number: number, first: number, second: number): [number, number, number] {
  return [number % first, Math.floor(number / first) % second, Math.floor(number / first / second)];
}

function distinct(count: number, draw: () => string): string[] {
  const found = new Set<string>();
  while (found.size < count) found.add(draw());
  return [...found];
}

function words(text: string): readonly string[] {
  return text.split(" ");
}

const ROOTS = words("services libs apps tools packages internal");
const AREAS = words(
  "billing search accounts gateway metrics storage identity catalog orders shipping reports mailing audit sessions workers uploads",
);
const FOLDERS = words("core api model store handlers internal queue client server parser views jobs");
const PARAMETERS = words("id:string options request limit:number context entries name:string path:string callback values");
const OPENINGS = words("Does Answers Precedes Checks Completes");
// 40 x 50 x 25 names of functions.
const VERBS = words(
  "get set read write load save find list make open close parse render check apply merge split sort copy move send fetch push pull start stop reset clear count build bind call draw emit fill hash join lock map pack",
);
const NOUNS = words(
  "User Order Token Query Index Record Header Session Report Invoice Message Packet Buffer Cursor Stream Schema Filter Policy Ticket Worker Bucket Column Segment Payload Channel Address Account Product Payment Shipment Request Response Setting Profile Metric Counter Handler Listener Snapshot Revision Manifest Template Document Fragment Language Location Category Schedule Archive Region",
);
const SUFFIXES = words(
  "s ById ByName All First Last Async Sync Now Later Safely Once Twice Each Any None From Into With Without For Of At In Out",
);
// 40 x 50 x 10 names of classes.
const QUALITIES = words(
  "Abstract Simple Cached Local Remote Shared Lazy Eager Safe Fast Small Large Static Dynamic Default Custom Inner Outer Base Final Linear Sparse Dense Sorted Ordered Bounded Compact Virtual Native Public Private Weak Strong Async Sync Nested Flat Typed Generic Partial",
);
const ROLES = words("Service Store Factory Builder Reader Writer Manager Strategy Adapter Codec");
