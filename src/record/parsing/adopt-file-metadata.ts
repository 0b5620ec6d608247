import type { FileMetadata } from "../file-metadata.ts";
import { parseFileMetadata } from "./parse-file-metadata.ts";
import { RECORD } from "../shape.ts";
import { takerOf } from "./takers.ts";

/**
 * Checks a record in place and freezes it, without a copy. This is the quick way to do what
 * `parseFileMetadata` does. `json` is the text that the record, or some of its fields, was parsed
 * from. Nobody else may hold `value`. Does not mark the record as checked: that costs as much as
 * the check of a small record, and rows do not need the mark. Returns `undefined` if `value` is not
 * a record, or if the quick check cannot tell.
 */
export function adoptFileMetadata(value: object, ...json: readonly string[]): FileMetadata | undefined {
  // Only an escape can produce a lone surrogate or a NUL.
  if (json.some((text) => text.includes("\\u"))) return undefined;
  return take(value, {}) as FileMetadata | undefined;
}

/**
 * Does the same as `adoptFileMetadata`, but always returns a record. Throws what
 * `parseFileMetadata` throws if `value` is not a record.
 */
export function adoptOrParse(value: object, ...json: readonly string[]): FileMetadata {
  return adoptFileMetadata(value, ...json) ?? parseFileMetadata(value);
}

const take = takerOf(RECORD, { copies: false, trusts: "nested" });
