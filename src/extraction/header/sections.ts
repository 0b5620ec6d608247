import { bulletOf, type BodyLine } from "../docs/list-items.ts";
import { isBanner, tagOf } from "../docs/line-kinds.ts";
import { startsChange } from "./change-history.ts";
import type { CommentBlock } from "./comment-block.ts";

/** The names of the sections of a file's header, with what becomes of them. */
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
 * Cuts a comment into the sections of a header, in any order; `undefined` where it has none. Of a section that occurs
 * twice the first with any content counts. A section ends at the next tag, known or not, and at a banner; in a block
 * comment or docstring, where empty lines separate sections, also at text after an empty line that does not go on in
 * the section's form (a paragraph of another kind). The first tag must stand no lower than on `lastTagLine` of the file.
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

/** Lists and histories may be spread out with empty lines; prose may not, for its end could not be told. */
function continues(body: readonly BodyLine[], text: string): boolean {
  if (startsChange(text)) return body.some((line) => startsChange(line.text));
  return body.some((line) => bulletOf(line.text) !== undefined) && (bulletOf(text) !== undefined || /^\s{2,}/.test(text));
}

const JSDOC_TAG = /^\s*@[a-z]\w*(?:\s|$)/i;
