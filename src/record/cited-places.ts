import { type CitingForm, sectionOf } from "../references/normal-target.ts";
import type { FileMetadata } from "./file-metadata.ts";

/** A place in a file that names another file, in a header, a comment or a link. */
export interface CitedPlace {
  /** Where it is written: in a header, a comment or a link. */
  readonly form: CitingForm;
  /** The target as it is written. */
  readonly target: string;
  /** `#goal` or `§3.2`. */
  readonly section?: string | undefined;
  /** Counted from 1. */
  readonly line: number;
  /**
   * A column in UTF-16 units, counted from 1. Missing in a tagged header, whose references have a
   * line alone.
   */
  readonly column?: number | undefined;
}

/**
 * Returns every reference of a record: first those of its header, then the others in the order of
 * their lines and columns.
 */
export function citedPlacesOf({ headerSections, references }: Pick<FileMetadata, "headerSections" | "references">): readonly CitedPlace[] {
  if (headerSections.referenceDocumentation.length === 0) return references;
  const places: CitedPlace[] = headerSections.referenceDocumentation.map(({ target, line }) => {
    const section = sectionOf(target);
    return { form: "header", target, line, ...(section !== undefined && { section }) };
  });
  return references.length === 0 ? places : [...places, ...references];
}
