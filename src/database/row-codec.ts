import { MetacacheError, messageOf } from "../base/errors.ts";
import { type ExtractionProblem, type FileMetadata, problemKind } from "../model/file-metadata.ts";
import { adoptFileMetadata, type FileMetadataCandidate } from "../model/adopt-file-metadata.ts";
import { parseFileMetadata } from "../model/parse-file-metadata.ts";
import { pathFault, type ProjectPath } from "../model/project-path.ts";
import type { StoredRow } from "./metadata-database.ts";
import type { Fingerprint } from "./source-store.ts";

/**
 * Between a record and the columns of its row: the only code, besides the migrations that make them, that knows the
 * columns by name, but for the key `path`, which comes first. The fingerprint's columns come first, so that reading them does not touch a row's long texts.
 */
const FINGERPRINT_COLUMNS = ["path", "size", "modified_at", "digest", "extractor_version", "language", "problems"] as const;
const OTHER_COLUMNS = ["header_sections", "functions", "classes"] as const;

/** The places of those that are JSON. */
const JSON_COLUMNS = [6, 7, 8, 9] as const;

/** The columns of a record in the order of `encodeRow`. */
export const RECORD_COLUMNS: readonly string[] = [...FINGERPRINT_COLUMNS, ...OTHER_COLUMNS];

/** How a database hands out the columns that are numbers. */
export interface NumberForm {
  /** What to select for a column, `alias.name` and all. */
  select(column: string): string;
  /** The number that was selected, or what is there instead. */
  decode(value: unknown): unknown;
}

/** As numbers. */
const PLAIN: NumberForm = {
  // A driver that refuses integers beyond 2^53 would fail a whole page for one bad row: as a floating-point number it fails alone.
  select: (column) => (column.endsWith(".size") ? `CAST(${column} AS DOUBLE PRECISION)` : column),
  decode: (value) => value,
};
const NUMBER_COLUMNS: ReadonlySet<string> = new Set(["size", "modified_at"]);

/** What to select from the table `alias` for `decodeRow`. */
export function selectRecord(alias: string, numbers: NumberForm = PLAIN): string {
  return RECORD_COLUMNS.map((column) => selectColumn(alias, column, numbers)).join(", ");
}

/** What to select from the table `alias` and that of the files' states for `decodeFingerprint`. */
export function selectFingerprint(alias: string, states: string, numbers: NumberForm = PLAIN): string {
  return [...FINGERPRINT_COLUMNS.map((column) => selectColumn(alias, column, numbers)), `${states}.state`].join(", ");
}

function selectColumn(alias: string, column: string, numbers: NumberForm): string {
  return NUMBER_COLUMNS.has(column) ? numbers.select(`${alias}.${column}`) : `${alias}.${column}`;
}

/** The values of RECORD_COLUMNS. The same record gives the same values, so that a row can be compared with them. */
export function encodeRow(record: FileMetadata): (string | number)[] {
  return [
    record.path,
    record.size,
    record.modifiedAt,
    record.digest,
    record.extractorVersion,
    record.language,
    JSON.stringify(record.problems),
    JSON.stringify(record.headerSections),
    JSON.stringify(record.functions),
    JSON.stringify(record.classes),
  ];
}

/** Reads the values that `selectRecord` asks for, from `values[at]` on. Never throws: a bad row says why. */
export function decodeRow(revision: number, values: readonly unknown[], at: number, numbers: NumberForm = PLAIN): StoredRow {
  try {
    // In the order of METADATA_FIELDS, as the boundary gives them.
    const candidate: FileMetadataCandidate = {
      path: values[at],
      language: values[at + 5],
      headerSections: parseJson("header_sections", values[at + 7]),
      functions: parseJson("functions", values[at + 8]),
      classes: parseJson("classes", values[at + 9]),
      size: numbers.decode(values[at + 1]),
      modifiedAt: numbers.decode(values[at + 2]),
      digest: values[at + 3],
      extractorVersion: values[at + 4],
      problems: parseJson("problems", values[at + 6]),
    };
    // Only an escape can bring what the quick check does not look for.
    const hasEscapes = JSON_COLUMNS.some((column) => String(values[at + column]).includes("\\u"));
    const record = (hasEscapes ? undefined : adoptFileMetadata(candidate)) ?? parseFileMetadata(candidate);
    return { path: record.path, revision, record };
  } catch (error) {
    return { path: String(values[at]) as ProjectPath, revision, unreadable: messageOf(error) };
  }
}

/** Reads the values that `selectFingerprint` asks for, from `values[at]` on; `undefined` where they are no fingerprint. */
export function decodeFingerprint(values: readonly unknown[], at: number, numbers: NumberForm = PLAIN): Fingerprint | undefined {
  const [path, storedSize, storedTime, digest, extractorVersion, language, problems, state] = values.slice(at);
  const [size, modifiedAt] = [numbers.decode(storedSize), numbers.decode(storedTime)];
  const valid =
    pathFault(path) === undefined &&
    Number.isSafeInteger(size) &&
    typeof modifiedAt === "number" &&
    typeof digest === "string" &&
    typeof extractorVersion === "string" &&
    typeof language === "string";
  const known = valid ? decodeProblems(problems) : undefined;
  if (!valid || known === undefined) return undefined;
  const fingerprint = { path: path as ProjectPath, size: size as number, modifiedAt, digest, extractorVersion, language, problems: known };
  return typeof state === "string" ? { ...fingerprint, state } : fingerprint;
}

const NO_PROBLEMS: readonly ExtractionProblem[] = [];

/** Most files have none: their list is one and the same. */
function decodeProblems(text: unknown): readonly ExtractionProblem[] | undefined {
  if (text === "[]") return NO_PROBLEMS;
  try {
    const problems: unknown = JSON.parse(String(text));
    return Array.isArray(problems) && problems.every((problem) => problemKind(problem) !== undefined)
      ? (problems as ExtractionProblem[])
      : undefined;
  } catch {
    return undefined;
  }
}

function parseJson(column: string, text: unknown): unknown {
  try {
    return JSON.parse(text as string);
  } catch (error) {
    throw new MetacacheError("E_RECORD", `column ${column} is not JSON: ${messageOf(error)}`, { cause: error });
  }
}
