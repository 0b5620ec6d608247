import { type CitingForm, sectionOf } from "../references/normal-target.ts";
import type { FileMetadata, FileReference } from "./file-metadata.ts";

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
 * Returns every reference of a record to other files: first those of its header, then the others in
 * the order of their lines and columns. Links to sections of the same document are not among them:
 * `ownSectionsOf` has those.
 */
export function citedPlacesOf(record: Pick<FileMetadata, "headerSections" | "references">): readonly CitedPlace[] {
  const { headerSections } = record;
  const references = record.references.some(isOwnSection) ? record.references.filter((each) => !isOwnSection(each)) : record.references;
  if (headerSections.referenceDocumentation.length === 0) return references;
  const places: CitedPlace[] = headerSections.referenceDocumentation.map(({ target, line }) => {
    const section = sectionOf(target);
    return section === undefined ? { form: "header", target, line } : { form: "header", target, line, section };
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
