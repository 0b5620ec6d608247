import { type Comment, parseSync } from "oxc-parser";
import { PROSE_WIDTH, wrapProse } from "./wrap-prose.ts";

/** A piece of a program that holds nothing but comments: the text from `start` to `end`, and its lines without what makes them a comment. */
interface CommentBlock {
  readonly start: number;
  readonly end: number;
  readonly indentation: string;
  readonly isDoc: boolean;
  readonly lines: readonly string[];
}

/** Lines for tools: another line in front of them, or a break inside, changes what the tool does. */
const DIRECTIVE = /^\s*(?:oxlint-|eslint|@ts-|#(?:end)?region|[cv]8 ignore|prettier-|biome-|@vitest|@__|# source)/;
/** Drawings and columns: several blanks inside a line are meant. */
const IS_DRAWN = /^\s{4}|\S\s{3,}\S/;
const TAG = /^\s*@\w/;

/**
 * `source` with each comment that is too wide wrapped anew: comments of `//` on lines of their own, and doc comments on lines of their own.
 * Comments behind code, directives, examples, drawings and tables stay as they are, and so does all code.
 */
export function wrapComments(file: string, source: string): string {
  return blocksOf(file, source).reduceRight((text, block) => {
    const wrapped = written(block);
    return wrapped === undefined ? text : text.slice(0, block.start) + wrapped + text.slice(block.end);
  }, source);
}

/** The text of all comments of a program, without what makes them comments. */
export function commentsOf(file: string, source: string): readonly string[] {
  return parsedComments(file, source).map(({ value }) => value.replaceAll(/\n\s*\*?/g, "\n"));
}

/** `source` without its comments, and without the lines that had nothing else. */
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

/** The line of a comment of `//`; `undefined` for one of `///`, which is for the compiler. */
function plainLines(value: string): readonly string[] | undefined {
  return value.startsWith("/") ? undefined : [value.replace(/^ /, "").trimEnd()];
}

/** The lines of a doc comment; `undefined` for another comment, and for a doc comment with a line that begins in another way. */
function docLines(value: string): readonly string[] | undefined {
  if (!value.startsWith("*")) return undefined;
  const [first = "", ...rest] = value.slice(1).split("\n");
  if (rest.length === 0) return [first.trim()];
  const last = rest.pop();
  if (first.trim() !== "" || last?.trim() !== "" || !rest.every((line) => /^\s*\*(?: |$)/.test(line))) return undefined;
  return rest.map((line) => line.replace(/^\s*\* ?/, ""));
}

/** What a comment becomes; `undefined` if it stays as it is. */
function written({ indentation, isDoc, lines }: CommentBlock): string | undefined {
  const width = PROSE_WIDTH - indentation.length - 3;
  // One line of a doc comment also has its end.
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

/** Lines that are wrapped together, or left alone together: a tag begins a section, and each directive and drawn line is one. */
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
