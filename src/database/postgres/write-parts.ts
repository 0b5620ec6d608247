import type { FileMetadata } from "../../record/file-metadata.ts";
import { encodeRow, RECORD_COLUMNS } from "../shared/row-codec.ts";

/**
 * A part takes a few milliseconds on this thread and some tens of milliseconds on the server: far
 * below any time limit.
 */
const ROWS_PER_PART = 1_000;
/** Counted in UTF-16 code units. */
const TEXT_PER_PART = 2_000_000;
const PATHS_PER_PART = 5_000;

/**
 * Returns the values of all records of a part, column by column. A part is encoded when it is
 * requested.
 */
export function* recordParts(records: Iterable<FileMetadata>): Generator<readonly (readonly (string | number)[])[]> {
  let rows: (string | number)[][] = [];
  let text = 0;
  for (const record of records) {
    const row = encodeRow(record);
    rows.push(row);
    for (const value of row) if (typeof value === "string") text += value.length;
    if (rows.length < ROWS_PER_PART && text < TEXT_PER_PART) continue;
    yield columnsOf(rows);
    [rows, text] = [[], 0];
  }
  if (rows.length > 0) yield columnsOf(rows);
}

export function* pathParts(paths: Iterable<string>): Generator<readonly string[]> {
  let part: string[] = [];
  for (const path of paths) {
    part.push(path);
    if (part.length < PATHS_PER_PART) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

function columnsOf(rows: readonly (readonly (string | number)[])[]): (string | number)[][] {
  return RECORD_COLUMNS.map((_, column) => rows.map((row) => row[column] ?? ""));
}
