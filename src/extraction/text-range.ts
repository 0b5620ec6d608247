/** A part of a text: from `start` up to `end`, in UTF-16 units. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}
