import type { FoundReference } from "../reference-list.ts";
import type { TextRange } from "../../text-range.ts";

/** A heading at an offset of the text. `anchor` is set for an explicit anchor, whose level is 0. */
export interface FoundHeading {
  readonly text: string;
  readonly level: number;
  readonly offset: number;
  readonly anchor?: string;
}

/** The links, headings and comments of a document. */
export interface DocumentParts {
  readonly links: FoundReference[];
  readonly headings: FoundHeading[];
  readonly comments: TextRange[];
}
