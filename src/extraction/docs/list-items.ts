import { capText, foldText, MAX_DOC_ITEMS, MAX_DOC_TEXT } from "../fold-text.ts";

/** One line of a section's body, without its comment's marks. */
export interface BodyLine {
  readonly text: string;
  /** The line of the file, counted from 1. */
  readonly line: number;
}

/** A bulleted line: how far its bullet is indented, and what follows it. */
export interface Bullet {
  readonly indentation: number;
  readonly text: string;
}

/** The bullet that a line starts with (`-`, `*`, `•`, `1.`, `1)`), if any. */
export function bulletOf(line: string): Bullet | undefined {
  const match = BULLET.exec(line);
  return match === null ? undefined : { indentation: match[1]!.length, text: match[2]! };
}

/**
 * The items of a list. An indented line without bullet goes on with the item above it; an indented bullet is a
 * sub-item, kept in its item on a line of its own behind `* `. In a section without any bullet, `unbulleted` says
 * what an item is: each line, or each sentence-ended run of lines (prose that is wrapped at some width).
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

/** The text of a body that is no list: its lines, joined by a space. */
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
/** What ends a sentence, at the end of a line. */
export const SENTENCE_END: RegExp = /[.!?:;…][)"'`*\]]*$/;
