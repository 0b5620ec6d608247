import { type Comment, parseSync } from "oxc-parser";
import { PROSE_WIDTH, wrapProse } from "./wrap-prose.ts";

/**
 * A part of a program that contains only comments: the text from `start` to `end`, and its lines
 * without the comment signs.
 */
interface CommentBlock {
  readonly start: number;
  readonly end: number;
  readonly indentation: string;
  readonly isDoc: boolean;
  readonly lines: readonly string[];
}

/** Directives for tools: a line before them, or a break inside, would change what the tool does. */
const DIRECTIVE = /^\s*(?:oxlint-|eslint|@ts-|#(?:end)?region|[cv]8 ignore|prettier-|biome-|@vitest|@__|# source)/;
/** Drawings and columns, in which several blanks in a line have a meaning. */
const IS_DRAWN = /^\s{4}|\S\s{3,}\S/;
const TAG = /^\s*@\w/;

/**
 * Returns `source` with all comments wrapped that are too wide and are on lines of their own:
 * comments of `//`, and doc comments. Comments after code, directives, examples, drawings and
 * tables do not change, and neither does code.
 */
export function wrapComments(file: string, source: string): string {
  return blocksOf(file, source).reduceRight((text, block) => {
    const wrapped = written(block);
    return wrapped === undefined ? text : text.slice(0, block.start) + wrapped + text.slice(block.end);
  }, source);
}

/** Returns the text of all comments of a program, without the comment signs. */
export function commentsOf(file: string, source: string): readonly string[] {
  return parsedComments(file, source).map(({ value }) => value.replaceAll(/\n\s*\*?/g, "\n"));
}

/** Returns `source` without its comments, and without lines that contained only comments. */
export function withoutComments(file: string, source: string): string {
  const text = parsedComments(file, source).reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), source);
  return text.replaceAll(/[ \t]+$/gm, "").replaceAll(/\n{2,}/g, "\n");
}

function parsedComments(file: string, source: string): readonly Comment[] {
  const { comments, errors } = parseSync(file, source);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file} cannot be parsed: ${error.message}`);
  return comments;
}

function blocksOf(file: string, source: string): readonly CommentBlock[] {
  const blocks: CommentBlock[] = [];
  for (const comment of parsedComments(file, source)) {
    const lineStart = source.lastIndexOf("\n", comment.start - 1) + 1;
    const indentation = source.slice(lineStart, comment.start);
    if (indentation.trim() !== "" || !/^[ \t]*(?:\r?\n|$)/.test(source.slice(comment.end))) continue;
    const lines = comment.type === "Line" ? plainLines(comment.value) : docLines(comment.value);
    if (lines === undefined) continue;
    const { start, end } = comment;
    const last = blocks.at(-1);
    const follows = last !== undefined && !last.isDoc && comment.type === "Line" && source.slice(last.end, start) === `\n${indentation}`;
    if (follows && last.indentation === indentation) blocks[blocks.length - 1] = { ...last, end, lines: [...last.lines, ...lines] };
    else blocks.push({ start, end, indentation, isDoc: comment.type === "Block", lines });
  }
  return blocks;
}

/** Returns the line of a comment of `//`, or `undefined` for `///`, which is for the compiler. */
function plainLines(value: string): readonly string[] | undefined {
  return value.startsWith("/") ? undefined : [value.replace(/^ /, "").trimEnd()];
}

/**
 * Returns the lines of a doc comment. Returns `undefined` for other comments, and if a line does
 * not begin with a star.
 */
function docLines(value: string): readonly string[] | undefined {
  if (!value.startsWith("*")) return undefined;
  const [first = "", ...rest] = value.slice(1).split("\n");
  if (rest.length === 0) return [first.trim()];
  const last = rest.pop();
  if (first.trim() !== "" || last?.trim() !== "" || !rest.every((line) => /^\s*\*(?: |$)/.test(line))) return undefined;
  return rest.map((line) => line.replace(/^\s*\* ?/, ""));
}

/** Returns the new text of a comment, or `undefined` if it does not change. */
function written({ indentation, isDoc, lines }: CommentBlock): string | undefined {
  const width = PROSE_WIDTH - indentation.length - 3;
  // A doc comment of one line also contains the closing sign.
  const isTooWide = lines.some((line) => line.length > width) || (isDoc && lines.length === 1 && (lines[0] ?? "").length + 4 > width);
  if (!isTooWide) return undefined;
  const wrapped = sectionsOf(lines).flatMap((section) =>
    isForTools(section) ? section : wrapProse(section.join("\n"), width).split("\n"),
  );
  const mark = isDoc ? " *" : "//";
  const marked = wrapped.map((line) => (line === "" ? mark : `${mark} ${line}`));
  return (isDoc ? ["/**", ...marked, " */"] : marked).join(`\n${indentation}`);
}

function isForTools([first = ""]: readonly string[]): boolean {
  return DIRECTIVE.test(first) || IS_DRAWN.test(first) || /^\s*@example\b/.test(first);
}

/**
 * Groups the lines that are wrapped together. A tag begins a group. Each directive and each drawn
 * line is a group of its own.
 */
function sectionsOf(lines: readonly string[]): readonly (readonly string[])[] {
  const sections: string[][] = [];
  let isExample = false;
  let isFenced = false;
  let isOpen = false;
  for (const line of lines) {
    if (TAG.test(line)) isExample = /^\s*@example\b/.test(line);
    const isAlone = !isExample && !isFenced && (DIRECTIVE.test(line) || IS_DRAWN.test(line));
    if (line.trimStart().startsWith("```")) isFenced = !isFenced;
    if (isOpen && !isAlone && !TAG.test(line)) sections.at(-1)?.push(line);
    else sections.push([line]);
    isOpen = !isAlone;
  }
  return sections;
}
