import { type CitingForm, sectionOf } from "../references/normal-target.ts";
import type { FileMetadata, FileReference } from "./file-metadata.ts";

/** A place in a file that names another one, whatever its form. */
export interface CitedPlace {
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

/** Every reference of a record to another file: those of its header first, then the others in the order of their places. Links to its own sections (`ownSectionsOf`) are none. */
export function citedPlacesOf(record: Pick<FileMetadata, "headerSections" | "references">): readonly CitedPlace[] {
  const { headerSections } = record;
  const references = record.references.some(isOwnSection) ? record.references.filter((each) => !isOwnSection(each)) : record.references;
  if (headerSections.referenceDocumentation.length === 0) return references;
  const places: CitedPlace[] = headerSections.referenceDocumentation.map(({ target, line }) => {
    const section = sectionOf(target);
    return { form: "header", target, line, ...(section !== undefined && { section }) };
  });
  return references.length === 0 ? places : [...places, ...references];
}

/** The links of a document that say `#goal` alone: they make it depend on nothing. */
export function ownSectionsOf({ references }: Pick<FileMetadata, "references">): readonly FileReference[] {
  return references.filter(isOwnSection);
}

function isOwnSection({ form, target }: FileReference): boolean {
  return form === "link" && target.startsWith("#");
}
