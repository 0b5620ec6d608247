import { bulletOf, type BodyLine } from "../docs/list-items.ts";
import { isBanner, tagOf } from "../docs/line-kinds.ts";
import { startsChange } from "./change-history.ts";
import type { CommentBlock } from "./comment-block.ts";

/** The names of the sections of a file's header, with the meaning of each one. */
const SECTION_OF_NAME: ReadonlyMap<string, HeaderSectionName> = new Map([
  ["GenAI coding tool directive", "directive"],
  ["Source file intent", "intent"],
  ["Source file design principles", "designPrinciples"],
  ["Source file constraints", "constraints"],
  ["Reference documentation", "references"],
  ["Dependencies", "references"],
  ["GenAI tool change history", "changeHistory"],
]);

export type HeaderSectionName = "directive" | "intent" | "designPrinciples" | "constraints" | "references" | "changeHistory";

/**
 * Splits a comment into the sections of a header, which may come in any order. Returns `undefined`
 * if the comment has no such section, or if the first one begins below `lastTagLine` of the file.
 * If a section occurs twice, the first one with content counts.
 *
 * A section ends at the next tag, known or not, and at a banner. In a block comment or a docstring,
 * empty lines separate sections. There, a section also ends at text after an empty line, if the
 * text does not continue the form of the section.
 */
export function headerSections(block: CommentBlock, lastTagLine: number): ReadonlyMap<HeaderSectionName, readonly BodyLine[]> | undefined {
  const sections = new Map<HeaderSectionName, BodyLine[]>();
  let body: BodyLine[] | undefined;
  let afterBlank = false;
  for (const [index, text] of block.lines.entries()) {
    const tag = tagOf(text);
    if (tag !== undefined) {
      const name = SECTION_OF_NAME.get(tag);
      body = undefined;
      afterBlank = false;
      if (name === undefined) continue;
      if (sections.size === 0 && block.firstLine + index > lastTagLine) return undefined;
      body = [];
      if ((sections.get(name)?.length ?? 0) === 0) sections.set(name, body);
    } else if (isBanner(text.trim()) || (block.shape === "block" && JSDOC_TAG.test(text))) {
      body = undefined;
    } else if (text.trim() === "") {
      afterBlank = body !== undefined && body.length > 0;
    } else if (body !== undefined) {
      if (afterBlank && block.shape !== "line" && !continues(body, text)) body = undefined;
      else body.push({ text, line: block.firstLine + index });
      afterBlank = false;
    }
  }
  return sections.size === 0 ? undefined : sections;
}

/**
 * Empty lines may be inside lists and histories. They may not be inside prose, because the end of
 * the prose would be unknown.
 */
function continues(body: readonly BodyLine[], text: string): boolean {
  if (startsChange(text)) return body.some((line) => startsChange(line.text));
  return body.some((line) => bulletOf(line.text) !== undefined) && (bulletOf(text) !== undefined || /^\s{2,}/.test(text));
}

const JSDOC_TAG = /^\s*@[a-z]\w*(?:\s|$)/i;
