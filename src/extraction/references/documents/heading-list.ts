import type { Heading } from "../../../record/file-metadata.ts";
import { foldText, MAX_NAME } from "../../fold-text.ts";
import type { FoundHeading } from "./document-parts.ts";
import { LineWalk } from "../../line-walk.ts";
import { Slugger } from "./slugger.ts";

/** The most headings of one file. */
export const MAX_HEADINGS = 20_000;

/**
 * Returns the headings with their lines and anchors, in the order of their places. Cuts texts and
 * anchors to 500 characters.
 */
export function placedHeadings(text: string, found: readonly FoundHeading[]): Heading[] {
  const slugger = new Slugger();
  const walk = new LineWalk(text);
  return found
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ text: shown, anchor, level, offset }) => {
      walk.to(offset);
      const slug = anchor ?? slugger.slugOf(shown);
      return { text: foldText(shown, MAX_NAME), slug: slug.slice(0, MAX_NAME).toWellFormed(), level, line: walk.line };
    });
}
