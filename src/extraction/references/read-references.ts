import type { ExtractionProblem, FileReference, Heading, Reference } from "../../record/file-metadata.ts";
import type { FileKind } from "../languages/language.ts";
import { commentReferences } from "./comments/comment-references.ts";
import { scanComments } from "./comments/comment-scanner.ts";
import type { DocumentParts } from "./documents/document-parts.ts";
import { joinedComments, withoutFencedCode } from "./documents/fences.ts";
import { MAX_HEADINGS, placedHeadings } from "./documents/heading-list.ts";
import { readMarkdown } from "./markdown/read-markdown.ts";
import { MAX_REFERENCES, placedReferences, type FoundReference } from "./reference-list.ts";
import { readAsciidoc } from "./documents/asciidoc.ts";
import { readRestructuredText } from "./documents/restructured-text.ts";
import type { TextRange } from "../text-range.ts";

export interface FileReferences {
  readonly references: readonly FileReference[];
  readonly headings: readonly Heading[];
  /**
   * Problems with the first line that was left out because the file has too many references or
   * headings.
   */
  readonly problems: readonly ExtractionProblem[];
}

/**
 * Reads the references in the comments and links of a file, and its headings. `parsed` are its
 * comments if a grammar found them. `stated` are the references in its header, which are not
 * returned again.
 */
export function readReferences(
  text: string,
  kind: FileKind,
  parsed: readonly TextRange[] | undefined,
  stated: readonly Reference[] = [],
): FileReferences {
  const readDocument = DOCUMENT_READERS.get(kind.name);
  if (readDocument === undefined && !MAY_CITE.test(text)) return NOTHING;
  const parts = readDocument?.(text);
  const found: FoundReference[] = parts === undefined ? [] : [...parts.links];
  const comments = parts?.comments ?? parsed ?? scanComments(text, kind);
  for (const comment of joinedComments(text, hasMarkupAround(kind) ? [...comments, ...scanComments(text, kind)] : comments)) {
    readComment(text, comment, found);
  }
  const places = placedReferences(text, found);
  const references = stated.length === 0 ? places : places.filter((reference) => !isStated(reference, stated));
  const headings = placedHeadings(text, parts?.headings ?? []);
  const problems: ExtractionProblem[] = [];
  if (references.length > MAX_REFERENCES) problems.push(`too-many-references:${references[MAX_REFERENCES]!.line}`);
  if (headings.length > MAX_HEADINGS) problems.push(`too-many-headings:${headings[MAX_HEADINGS]!.line}`);
  return { references: references.slice(0, MAX_REFERENCES), headings: headings.slice(0, MAX_HEADINGS), problems };
}

function isStated({ form, line, target }: FileReference, stated: readonly Reference[]): boolean {
  return form === "comment" && stated.some((reference) => reference.line === line && reference.target.includes(target));
}

const NOTHING: FileReferences = { references: [], headings: [], problems: [] };

/** By name of the kind. */
const DOCUMENT_READERS: ReadonlyMap<string, (text: string) => DocumentParts> = new Map([
  ["markdown", readMarkdown],
  ["restructuredtext", readRestructuredText],
  ["asciidoc", readAsciidoc],
]);

/** In a component, the grammar has read only the scripts. */
function hasMarkupAround({ name }: FileKind): boolean {
  return name === "vue" || name === "svelte";
}

function readComment(text: string, comment: TextRange, found: FoundReference[]): void {
  for (const { start, end } of withoutFencedCode(text, comment)) {
    for (const reference of commentReferences(text.slice(start, end))) {
      found.push({ ...reference, offset: reference.offset + start });
      if (found.length > MAX_FOUND) return;
    }
  }
}

/** The most references of a document's links and comments that are looked at. */
const MAX_FOUND: number = 4 * MAX_REFERENCES;
/** A text has no references if it has no name with an extension. */
const MAY_CITE = /[^\s]\.[A-Za-z]/;
