/** Lines of prose have at most so many characters. Tables, code, headings and comments of HTML may be longer. */
export const PROSE_WIDTH = 100;

/** A block of lines that belong together, and whether it is prose. */
interface Block {
  readonly isProse: boolean;
  readonly lines: string[];
}

const LIST_ITEM = /^\s*(?:[-*]|\d+\.)\s+/;
const NOT_PROSE = /^\s*(?:\||#|<|$)/;

/** `markdown` with each paragraph and list item that is too wide wrapped anew; everything else stays as it is. */
export function wrapProse(markdown: string): string {
  return blocksOf(markdown)
    .flatMap(({ isProse, lines }) => (isProse && lines.some(isTooWide) ? wrapped(lines) : lines))
    .join("\n");
}

function isTooWide(line: string): boolean {
  return line.length > PROSE_WIDTH;
}

function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let isCode = false;
  for (const line of markdown.split("\n")) {
    const isFence = line.trimStart().startsWith("```");
    const isProse = !isCode && !isFence && !NOT_PROSE.test(line);
    if (isFence) isCode = !isCode;
    const last = blocks.at(-1);
    if (last !== undefined && isProse && last.isProse && !LIST_ITEM.test(line)) last.lines.push(line);
    else blocks.push({ isProse, lines: [line] });
  }
  return blocks;
}

function wrapped(lines: readonly string[]): readonly string[] {
  const [first = ""] = lines;
  const marker = LIST_ITEM.exec(first)?.[0] ?? /^\s*/.exec(first)?.[0] ?? "";
  const words = lines
    .join(" ")
    .slice(marker.length)
    .split(/ +/)
    .filter((word) => word !== "");
  const result: string[] = [];
  let line = marker;
  let isEmpty = true;
  for (const word of words) {
    // A line that began with such a word would be a heading, a list or a quotation.
    const mayBegin = !/^(?:[-+*>#=|]|\d+[.)]$)/.test(word);
    if (!isEmpty && mayBegin && line.length + 1 + word.length > PROSE_WIDTH) {
      result.push(line);
      line = " ".repeat(marker.length);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...result, line];
}
