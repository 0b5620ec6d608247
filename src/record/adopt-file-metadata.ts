import type { FileMetadata } from "./file-metadata.ts";
import { parseFileMetadata } from "./parse-file-metadata.ts";
import { RECORD } from "./shape.ts";
import { takerOf } from "./takers.ts";

/**
 * The quick way past the boundary, for a record that was parsed from `json` (as a whole, or some of its fields) and that nobody else holds: checks
 * it where it is and freezes it, without a copy. Does not mark it as checked, which costs as much as the check of a small record: rows need it not. `undefined` if it is no record, or if that cannot be seen so quickly.
 */
export function adoptFileMetadata(value: object, ...json: readonly string[]): FileMetadata | undefined {
  // Only an escape can bring a lone surrogate or a NUL.
  if (json.some((text) => text.includes("\\u"))) return undefined;
  return take(value, {}) as FileMetadata | undefined;
}

/** Like `adoptFileMetadata`, but always returns a record: throws what `parseFileMetadata` throws if it is none. */
export function adoptOrParse(value: object, ...json: readonly string[]): FileMetadata {
  return adoptFileMetadata(value, ...json) ?? parseFileMetadata(value);
}

const take = takerOf(RECORD, { copies: false, trusts: "nested" });
