import type { FileReference, ReferenceForm } from "../../record/file-metadata.ts";
import { LineWalk } from "../line-walk.ts";

/**
 * The most references of one file. Real files have at most hundreds. A longer list is data, and the
 * limit keeps a record small enough for memory.
 */
export const MAX_REFERENCES = 20_000;
/** UTF-16 units of a path. File systems allow fewer. */
export const MAX_TARGET: number = 1_024;
/** UTF-16 units of a section. */
export const MAX_SECTION = 500;

/** A reference at an offset of the text. */
export interface FoundReference {
  readonly target: string;
  readonly section: string | undefined;
  readonly form: ReferenceForm;
  readonly offset: number;
}

/**
 * Returns the references with their lines and columns, in the order of their places, and each place
 * once.
 */
export function placedReferences(text: string, found: readonly FoundReference[]): FileReference[] {
  const placed: FileReference[] = [];
  const walk = new LineWalk(text);
  let last = -1;
  for (const { target, section, form, offset } of found.toSorted((a, b) => a.offset - b.offset)) {
    if (offset === last) continue;
    last = offset;
    walk.to(offset);
    placed.push({ target, ...(section === undefined ? {} : { section }), form, line: walk.line, column: offset - walk.lineStart + 1 });
  }
  return placed;
}
