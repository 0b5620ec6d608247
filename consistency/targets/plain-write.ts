import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { type NamedFile } from "../operations/operation.ts";
import { recordFor } from "../operations/contended-records.ts";

/** One transaction of plain SQL, as another program may make that knows nothing of metacache. */
export interface PlainWrite {
  readonly project: string;
  readonly put: readonly NamedFile[];
  readonly remove: readonly string[];
  /** The row of the only removed path gets the only put path, instead of being deleted. */
  readonly isMove: boolean;
  /** Everything is executed, then rolled back. */
  readonly isTakenBack: boolean;
}

/** A transaction that ended without a commit. */
export class TakenBack extends Error {}

export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

const COLUMNS: readonly (readonly [name: string, valueOf: (record: FileMetadata) => string | number])[] = [
  ["path", (record) => record.path],
  ["size", (record) => record.size],
  ["modified_at", (record) => record.modifiedAt],
  ["digest", (record) => record.digest],
  ["extractor_version", (record) => record.extractorVersion],
  ["language", (record) => record.language],
  ["problems", (record) => JSON.stringify(record.problems)],
  ["header_sections", (record) => JSON.stringify(record.headerSections)],
  ["functions", (record) => JSON.stringify(record.functions)],
  ["classes", (record) => JSON.stringify(record.classes)],
  ["symbols", (record) => JSON.stringify(record.symbols)],
  ["file_references", (record) => JSON.stringify(record.references)],
  ["headings", (record) => JSON.stringify(record.headings)],
];

const OWN = "(SELECT id FROM project WHERE name = ?)";
const NAMES = COLUMNS.map(([name]) => name);

/** The column by which a database recognizes a row's path. */
export type PathKey = "path" | "path_key";

/** The statements to execute, in order. Each `?` is a value. */
export function statementsOf({ project, put, remove, isMove }: PlainWrite, key: PathKey): Statement[] {
  const [from] = remove;
  const [to] = put;
  if (isMove && from !== undefined && to !== undefined) return [deletion(project, to[0]), move(project, from, to)];
  return [...remove.map((path) => deletion(project, path)), ...put.map((file) => upsert(project, file, key))];
}

function deletion(project: string, path: string): Statement {
  return { sql: `DELETE FROM file WHERE project_id = ${OWN} AND path = ?`, values: [project, path] };
}

function upsert(project: string, [path, digest]: NamedFile, key: PathKey): Statement {
  const updates = NAMES.slice(1).map((name) => `${name} = excluded.${name}`);
  const sql = `INSERT INTO file (project_id, ${NAMES.join(", ")}) VALUES (${OWN}, ${NAMES.map(() => "?").join(", ")})
    ON CONFLICT (project_id, ${key}) DO UPDATE SET ${updates.join(", ")}`;
  return { sql, values: [project, ...valuesOf(path, digest)] };
}

function move(project: string, from: string, [path, digest]: NamedFile): Statement {
  const sql = `UPDATE file SET ${NAMES.map((name) => `${name} = ?`).join(", ")} WHERE project_id = ${OWN} AND path = ?`;
  return { sql, values: [...valuesOf(path, digest), project, from] };
}

function valuesOf(path: string, digest: string): (string | number)[] {
  const record = recordFor(path, digest);
  return COLUMNS.map(([, valueOf]) => valueOf(record));
}

/** The columns that `fileOf` needs. */
export const FILE_COLUMNS: string = NAMES.join(", ");

/**
 * Makes a record from the columns of its row. It does not use metacache's own codec, because this
 * check tests the codec.
 */
export function fileOf(row: Readonly<Record<string, unknown>>): FileMetadata {
  const json = (column: string): unknown => JSON.parse(String(row[column]));
  return {
    path: String(row["path"]),
    language: String(row["language"]),
    headerSections: json("header_sections"),
    functions: json("functions"),
    classes: json("classes"),
    symbols: json("symbols"),
    references: json("file_references"),
    headings: json("headings"),
    size: Number(row["size"]),
    modifiedAt: Number(row["modified_at"]),
    digest: String(row["digest"]),
    extractorVersion: String(row["extractor_version"]),
    problems: json("problems"),
  } as FileMetadata;
}
