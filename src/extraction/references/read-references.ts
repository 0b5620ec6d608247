import type { FileReference, Heading } from "../../record/file-metadata.ts";
import type { FileKind } from "../languages/language.ts";
import { commentReferences } from "./comment-references.ts";
import { scanComments } from "./comment-scanner.ts";
import { joinedComments, withoutFencedCode } from "./fences.ts";
import { MAX_REFERENCES, placedReferences, type FoundReference } from "./reference-list.ts";
import type { TextRange } from "./text-range.ts";

export interface FileReferences {
  readonly references: readonly FileReference[];
  readonly headings: readonly Heading[];
  /** The line of the first reference that is left out because there are too many. */
  readonly cutLine: number | undefined;
}

/** What comments and links of a file name, and its headings. `parsed` are its comments where a grammar has found them. */
export function readReferences(text: string, kind: FileKind, parsed: readonly TextRange[] | undefined): FileReferences {
  if (!MAY_CITE.test(text)) return { references: [], headings: [], cutLine: undefined };
  const found: FoundReference[] = [];
  const comments = parsed ?? scanComments(text, kind);
  for (const comment of joinedComments(text, hasMarkupAround(kind) ? [...comments, ...scanComments(text, kind)] : comments))
    readComment(text, comment, found);
  const placed = placedReferences(text, found);
  return { references: placed.slice(0, MAX_REFERENCES), headings: [], cutLine: placed[MAX_REFERENCES]?.line };
}

/** Of a component, the grammar has seen the scripts alone. */
function hasMarkupAround({ name }: FileKind): boolean {
  return name === "vue" || name === "svelte";
}

function readComment(text: string, comment: TextRange, found: FoundReference[]): void {
  for (const { start, end } of withoutFencedCode(text, comment)) {
    for (const reference of commentReferences(text.slice(start, end))) {
      found.push({ ...reference, offset: reference.offset + start });
      if (found.length > MAX_REFERENCES) return;
    }
  }
}

/** Without a name that has an extension there is no reference. */
const MAY_CITE = /[^\s]\.[A-Za-z]/;
