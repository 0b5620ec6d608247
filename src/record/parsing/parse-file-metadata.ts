import { MetacacheError } from "../../base/errors.ts";
import { describe, type Problems, readInput } from "../../base/validation.ts";
import { explainRecord } from "./explain-record.ts";
import type { FileMetadata } from "../file-metadata.ts";
import { pathProblem } from "../project-path.ts";
import { RECORD } from "../shape.ts";
import { takerOf } from "./takers.ts";

/**
 * The records that were checked before. They are deeply frozen, so they cannot have changed since.
 */
const CHECKED = new WeakSet<object>();

const take = takerOf(RECORD, { copies: true, trusts: "none" });

/**
 * Checks the whole of `value` and returns a deeply frozen copy that shares nothing with it. Every
 * record passes this boundary once, wherever it comes from. Returns `value` itself if it was
 * checked before, because it is frozen then. Throws `E_RECORD` with every problem, or `E_PATH` if
 * only the path is wrong.
 */
export function parseFileMetadata(value: unknown): FileMetadata {
  if (typeof value === "object" && value !== null && CHECKED.has(value)) return value as FileMetadata;
  return readInput("E_RECORD", "the record", () => {
    const record = take(value, {});
    if (record === undefined) throw refusal(value, explainRecord(value));
    return markChecked(record as FileMetadata);
  });
}

/**
 * Marks a record as checked and returns it. Call this only for a record that was checked as a whole
 * and is deeply frozen.
 */
export function markChecked(record: FileMetadata): FileMetadata {
  CHECKED.add(record);
  return record;
}

function refusal(value: unknown, problems: Problems): MetacacheError {
  const path = typeof value === "object" && value !== null && "path" in value ? { given: value.path } : undefined;
  const isPathAlone = path !== undefined && problems.found.length === 1 && pathProblem(path.given) !== undefined;
  // A getter may have returned another value the second time.
  const summary = problems.found.length === 0 ? "it changed while it was read: give plain data" : problems.summary;
  return new MetacacheError(isPathAlone ? "E_PATH" : "E_RECORD", `record ${describe(path?.given)}: ${summary}`);
}
