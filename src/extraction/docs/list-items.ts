import { capText, foldText, MAX_DOC_ITEMS, MAX_DOC_TEXT } from "../fold-text.ts";

/** One line in the body of a section, without the marks of the comment. */
export interface BodyLine {
  readonly text: string;
  /** The line of the file, counted from 1. */
  readonly line: number;
}

/** A line with a bullet: the indentation of the bullet, and the text after it. */
export interface Bullet {
  readonly indentation: number;
  readonly text: string;
}

/**
 * Returns the bullet that a line starts with (`-`, `*`, `•`, `1.`, `1)`), or `undefined` if it has
 * none.
 */
export function bulletOf(line: string): Bullet | undefined {
  const match = BULLET.exec(line);
  return match === null ? undefined : { indentation: match[1]!.length, text: match[2]! };
}

/**
 * Returns the items of a list. An indented line without a bullet continues the item above it. An
 * indented bullet is a sub-item: it stays in its item, on its own line after `* `. If a section has
 * no bullets, `unbulleted` says what an item is: each line, or each group of lines up to the end of
 * a sentence (for prose that is wrapped at some width).
 */
export function listItems(body: readonly BodyLine[], unbulleted: "line" | "sentence"): string[] {
  const items: string[][] = [];
  const margin = outermostBullet(body);
  if (margin === undefined) {
    let open = false;
    for (const { text } of body) {
      const content = text.trim();
      if (content === "") open = false;
      else if (open) appendTo(items.at(-1)!, content);
      else items.push([content]);
      if (content !== "") open = unbulleted === "sentence" && !SENTENCE_END.test(content);
    }
  } else {
    for (const { text } of body) {
      if (text.trim() === "") continue;
      const bullet = bulletOf(text);
      const item = items.at(-1);
      if (bullet === undefined) {
        if (item === undefined) items.push([text.trim()]);
        else appendTo(item, text.trim());
      } else if (bullet.indentation > margin && item !== undefined) {
        item.push(`* ${bullet.text}`);
      } else {
        items.push([bullet.text]);
      }
    }
  }
  return items
    .map((parts) => capText(parts.map((part) => foldText(part, MAX_DOC_TEXT)).join("\n"), MAX_DOC_TEXT))
    .filter((item) => item !== "")
    .slice(0, MAX_DOC_ITEMS);
}

/** Returns the text of a body that is not a list: its lines, joined with spaces. */
export function joinedText(body: readonly BodyLine[]): string {
  return foldText(body.map(({ text }) => text).join(" "), MAX_DOC_TEXT);
}

function appendTo(parts: string[], text: string): void {
  parts[parts.length - 1] += ` ${text}`;
}

function outermostBullet(body: readonly BodyLine[]): number | undefined {
  let margin: number | undefined;
  for (const { text } of body) {
    const bullet = bulletOf(text);
    if (bullet !== undefined && (margin === undefined || bullet.indentation < margin)) margin = bullet.indentation;
  }
  return margin;
}

const BULLET = /^(\s*)(?:[-*•]|\d{1,9}[.)])\s+(\S.*)$/s;
/** Matches the end of a sentence at the end of a line. */
export const SENTENCE_END: RegExp = /[.!?:;…][)"'`*\]]*$/;
