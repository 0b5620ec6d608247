import type { ChangeHistoryEntry } from "../../record/file-metadata.ts";
import { bulletOf, type BodyLine } from "../docs/list-items.ts";
import { foldText, MAX_DOC_ITEMS, MAX_DOC_TEXT } from "../fold-text.ts";

/**
 * Returns the entries of a `[GenAI tool change history]`, in the order of the file, because both
 * orders of time are in use. An entry is `TIMESTAMP : summary by AUTHOR`, followed by its `*
 * detail` lines. Lines before the first entry are skipped.
 */
export function parseChangeHistory(body: readonly BodyLine[]): ChangeHistoryEntry[] {
  const entries: { timestamp: string; head: string; details: string[] }[] = [];
  for (const { text } of body) {
    const start = ENTRY.exec(text);
    const entry = entries.at(-1);
    const content = text.trim();
    if (start !== null) entries.push({ timestamp: start[1]!, head: start[2]!, details: [] });
    else if (entry === undefined || content === "") continue;
    else if (bulletOf(text) !== undefined) entry.details.push(bulletOf(text)!.text);
    else if (entry.details.length > 0) entry.details[entry.details.length - 1] += ` ${content}`;
    else entry.head += ` ${content}`;
  }
  return entries.slice(0, MAX_DOC_ITEMS).map(({ timestamp, head, details }) => ({
    timestamp,
    ...splitAuthor(foldText(head, MAX_DOC_TEXT)),
    details: details.slice(0, MAX_DOC_ITEMS).map((detail) => foldText(detail, MAX_DOC_TEXT)),
  }));
}

/** Returns true if a line begins an entry. */
export function startsChange(line: string): boolean {
  return ENTRY.test(line);
}

/**
 * The author is after the last `by` (or, in French headers, `par`), because summaries contain these
 * words too.
 */
function splitAuthor(head: string): { summary: string; author: string } {
  const match = AUTHOR.exec(head);
  return match === null ? { summary: head, author: "" } : { summary: match[1]!.trim(), author: match[2]! };
}

const ENTRY = /^\s*(?:[-*•]\s+)?(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)\s*:\s*(.*)$/s;
const AUTHOR = /^(.*)\s(?:by|par)\s+(\S.*)$/s;
