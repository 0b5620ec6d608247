import type { DocumentParts } from "../documents/document-parts.ts";
import { linkReference, ownSectionReference } from "../link-target.ts";
import { unescaped } from "./inline-syntax.ts";

/**
 * Adds the links and anchors of a tag to `parts`. `offset` maps an index of the tag to an offset of
 * the document. A link to the document itself counts only if `hasText` returns true.
 */
export function readTag(tag: string, offset: (index: number) => number, parts: DocumentParts, hasText: () => boolean): void {
  const name = TAG.exec(tag)?.[1]?.toLowerCase();
  if (name === undefined) return;
  for (const match of tag.matchAll(ATTRIBUTE)) {
    const [whole, attribute = "", quoted, single, bare] = match;
    const value = quoted ?? single ?? bare ?? "";
    const at = match.index + whole.length - value.length - (bare === undefined ? 1 : 0);
    const key = attribute.toLowerCase();
    if (key === "id" || (key === "name" && name === "a")) {
      if (value !== "") parts.headings.push({ text: value, anchor: value, level: 0, offset: offset(match.index) });
    } else if (LINKS.has(`${name} ${key}`)) {
      const destination = unescaped(value);
      const link =
        linkReference(destination, offset(at)) ??
        (key === "href" && value.startsWith("#") && hasText() ? ownSectionReference(destination, offset(at)) : undefined);
      if (link !== undefined) parts.links.push(link);
    }
  }
}

/** Returns the level of the heading that a tag starts, or 0. */
export function headingLevel(tag: string): number {
  return Number(HEADING.exec(tag)?.[1] ?? 0);
}

const TAG = /^<([A-Za-z][A-Za-z0-9-]*)/;
const ATTRIBUTE = /[\s"']([A-Za-z][A-Za-z-]{0,40})\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))/g;
const LINKS: ReadonlySet<string> = new Set(["a href", "img src", "source src", "video src", "video poster"]);
const HEADING = /^<h([1-6])[\s>]/i;
