import { documentLines, type DocumentLine } from "./document-lines.ts";
import type { DocumentParts } from "./document-parts.ts";
import { linkReference } from "../link-target.ts";
import { pathKindOf } from "../path-kinds.ts";

/**
 * Reads the links, headings, anchors and comments of an AsciiDoc document, except those in its
 * blocks of code.
 */
export function readAsciidoc(text: string): DocumentParts {
  const parts: DocumentParts = { links: [], headings: [], comments: [] };
  /** The line that ends the open block. Nothing inside the block is read. */
  let closing: string | undefined;
  for (const line of documentLines(text)) {
    const trimmed = line.text.trimEnd();
    if (closing !== undefined) {
      if (trimmed === closing) closing = undefined;
      else if (closing.startsWith("/")) parts.comments.push({ start: line.offset, end: line.offset + line.text.length });
      continue;
    }
    if (VERBATIM.test(trimmed)) closing = trimmed.startsWith("```") ? "```" : trimmed;
    else if (trimmed.startsWith("//")) parts.comments.push({ start: line.offset, end: line.offset + line.text.length });
    else readLine(line, parts);
  }
  return parts;
}

function readLine({ text, offset }: DocumentLine, parts: DocumentParts): void {
  const title = TITLE.exec(text);
  if (title !== null) parts.headings.push({ text: title[2]!.trim().replace(MARKS, ""), level: title[1]!.length, offset });
  for (const match of text.matchAll(ANCHOR)) {
    const name = (match[1] ?? match[2])!;
    parts.headings.push({ text: name, anchor: name, level: 0, offset: offset + match.index });
  }
  for (const match of text.matchAll(MACRO)) {
    const [, before = "", , written = ""] = match;
    if (before === "") addLink(parts, written, offset + match.index + match[0].length - written.length - 1);
  }
  for (const match of text.matchAll(CROSS)) {
    const written = match[1]!;
    const path = written.replace(FRAGMENT, "");
    if (pathKindOf(path.slice(Math.max(path.lastIndexOf("."), 0))) !== undefined) addLink(parts, written, offset + match.index + 2);
  }
}

function addLink({ links }: DocumentParts, written: string, offset: number): void {
  const link = linkReference(written.replace(PASS, "$1"), offset);
  // `xref:goal[]` names a place in this document.
  if (link !== undefined && (link.target.includes(".") || link.target.includes("/"))) links.push(link);
}

/** Listings, literals, pass-through text and comments. */
const VERBATIM = /^(?:-{4,}|\.{4,}|\+{4,}|\/{4,}|```[^`]*)$/;
const TITLE = /^(={1,6}|#{1,6})[ \t]+(\S.*)$/;
const MARKS = /[`*]/g;
const ANCHOR = /\[\[([^\],[\s]{1,200})(?:,[^\]]{0,200})?\]\]|^\[#([^\],.%\s]{1,200})/g;
const MACRO = /(\\?)\b(xref|link|include|image):{1,2}((?:[^\s[\]`]){1,1000})\[/g;
const CROSS = /<<([^<>,\s]{1,1000})(?:,[^<>]{0,500})?>>/g;
const FRAGMENT = /#.*$/s;
const PASS = /^\+\+(.*)\+\+$/s;
