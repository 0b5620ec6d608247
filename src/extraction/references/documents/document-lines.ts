/** A line of a document, without its end. */
export interface DocumentLine {
  readonly text: string;
  /** The offset of its start in the document. */
  readonly offset: number;
}

export function documentLines(text: string): DocumentLine[] {
  const lines: DocumentLine[] = [];
  for (let start = 0; start < text.length;) {
    const next = text.indexOf("\n", start);
    const end = next === -1 ? text.length : next;
    lines.push({ text: text.slice(start, text[end - 1] === "\r" && end > start ? end - 1 : end), offset: start });
    start = end + 1;
  }
  return lines;
}
