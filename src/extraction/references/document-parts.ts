import type { FoundReference } from "./reference-list.ts";
import type { TextRange } from "./text-range.ts";

/**
 * A heading as it is found: at an offset of the text. `anchor` is set for an explicit one, whose
 * level is 0.
 */
export interface FoundHeading {
  readonly text: string;
  readonly level: number;
  readonly offset: number;
  readonly anchor?: string;
}

/** What is found in a document. */
export interface DocumentParts {
  readonly links: FoundReference[];
  readonly headings: FoundHeading[];
  readonly comments: TextRange[];
}
