/**
 * Lines of prose have at most so many characters. Tables, code, headings and comments of HTML may
 * be longer.
 */
export const PROSE_WIDTH = 100;

/** A block of lines that belong together, and whether it is prose. */
interface Block {
  readonly isProse: boolean;
  readonly lines: string[];
}

const LIST_ITEM = /^\s*(?:[-*]|\d+\.)\s+/;
const NOT_PROSE = /^\s*(?:\||#{1,6}\s|<|$)/;
/**
 * A line that began with such a word would be a heading, a list, a quotation, a tag or a directive.
 */
const MAY_NOT_BEGIN = /^(?:[-+*>#=|<@]|\d+[.)]$|(?:oxlint|eslint|prettier|biome|[cv]8)\b|```)/;

/**
 * `markdown` with each paragraph and list item that is wider than `width` wrapped again; everything
 * else stays as it is.
 */
export function wrapProse(markdown: string, width: number = PROSE_WIDTH): string {
  return blocksOf(markdown)
    .flatMap(({ isProse, lines }) => (isProse && isTooWide(lines, width) ? wrapped(lines, width) : lines))
    .join("\n");
}

function isTooWide(lines: readonly string[], width: number): boolean {
  return lines.some((line) => line.length > width);
}

function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  const all = markdown.split("\n");
  // A page may begin with fields between two lines of `---`.
  const endOfFields = all[0] === "---" ? all.indexOf("---", 1) : -1;
  let isCode = false;
  for (const [at, line] of all.entries()) {
    const isFence = line.trimStart().startsWith("```");
    const isProse = at > endOfFields && !isCode && !isFence && !NOT_PROSE.test(line);
    if (isFence) isCode = !isCode;
    const last = blocks.at(-1);
    if (last !== undefined && isProse && last.isProse && !LIST_ITEM.test(line)) last.lines.push(line);
    else blocks.push({ isProse, lines: [line] });
  }
  return blocks;
}

function wrapped(lines: readonly string[], width: number): readonly string[] {
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
    if (!isEmpty && !MAY_NOT_BEGIN.test(word) && line.length + 1 + word.length > width) {
      result.push(line);
      line = " ".repeat(marker.length);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...result, line];
}
