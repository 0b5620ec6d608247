import { type CitingForm, sectionOf } from "../references/normal-target.ts";
import type { FileMetadata } from "./file-metadata.ts";

/** A place in a file that names another one, whatever its form. */
export interface CitedPlace {
  /** Where it is written: in a header, a comment or a link. */
  readonly form: CitingForm;
  /** As it is written. */
  readonly target: string;
  /** `#goal` or `§3.2`. */
  readonly section?: string | undefined;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1 in UTF-16 units; a tagged header says the line alone. */
  readonly column?: number | undefined;
}

/** Every reference of a record: those of its header first, then the others in the order of their places. */
export function citedPlacesOf({ headerSections, references }: Pick<FileMetadata, "headerSections" | "references">): readonly CitedPlace[] {
  if (headerSections.referenceDocumentation.length === 0) return references;
  const places: CitedPlace[] = headerSections.referenceDocumentation.map(({ target, line }) => {
    const section = sectionOf(target);
    return { form: "header", target, line, ...(section !== undefined && { section }) };
  });
  return references.length === 0 ? places : [...places, ...references];
}
