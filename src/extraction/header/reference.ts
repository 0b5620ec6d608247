import { bulletOf, type BodyLine } from "../docs/list-items.ts";
import { foldText, MAX_DOC_ITEMS, MAX_DOC_TEXT } from "../fold-text.ts";
import type { Reference, ReferenceKind } from "../../record/file-metadata.ts";

/**
 * Returns the references of a `[Reference documentation]` or `[Dependencies]` section, each with
 * its line in the file. Each bullet is a reference. If there are no bullets, each line is one.
 * Lines without a bullet continue the note of the reference above them.
 */
export function parseReferences(body: readonly BodyLine[]): Reference[] {
  const bulleted = body.some(({ text }) => startsReference(text));
  const entries: { text: string; readonly line: number }[] = [];
  for (const { text, line } of body) {
    const entry = entries.at(-1);
    if (text.trim() === "") continue;
    if (bulleted && entry !== undefined && !startsReference(text)) entry.text += ` ${text.trim()}`;
    else entries.push({ text, line });
  }
  return entries.flatMap(({ text, line }) => parseReference(text, line) ?? []).slice(0, MAX_DOC_ITEMS);
}

/**
 * Parses `bullet? kind? bullet? target note?`. Returns `undefined` for a line that says that there
 * are no references ("None", "None yet…"), and for a line without a target. "All other files in
 * DIR/" is a reference to `DIR/`.
 */
export function parseReference(text: string, line: number): Reference | undefined {
  let rest = withoutBullet(foldText(text, MAX_DOC_TEXT));
  const kind = KIND.exec(rest);
  if (kind !== null) rest = withoutBullet(rest.slice(kind[0].length).trim());
  if (NONE.test(rest)) return undefined;

  const directory = DIRECTORY.exec(rest);
  if (directory !== null) rest = directory[1]!;
  const noteStart = rest.search(NOTE_START);
  const target = foldText(noteStart === -1 ? rest : rest.slice(0, noteStart), MAX_TARGET);
  if (target === "") return undefined;
  const reference: { -readonly [K in keyof Reference]: Reference[K] } = { target, line };
  if (kind !== null) reference.kind = kind[1] as ReferenceKind;
  const note = noteStart === -1 ? "" : noteText(rest.slice(noteStart));
  if (note !== "") reference.note = note;
  return reference;
}

function noteText(text: string): string {
  const match = NOTE.exec(text.trim());
  // The word "for" belongs to the text of the note. The other marks only separate it from the
  // target.
  return foldText(match?.[1] ?? match?.[2] ?? text, MAX_DOC_TEXT);
}

function startsReference(text: string): boolean {
  return bulletOf(text) !== undefined || KIND.test(text.trim());
}

function withoutBullet(text: string): string {
  return bulletOf(text)?.text ?? text.replace(LONE_BULLET, "");
}

const MAX_TARGET = 1_000;
/** For `codebase:- doc/DESIGN.md`: a bullet without a space after it. */
const LONE_BULLET = /^[-*•](?=\S)|^[-*•]$/;
const KIND = /^(?:[-*•]\s*)?<?(codebase|system|other)>?\s*:/;
const NONE = /^none(?:$|[\s,;:!(…]|\.(?:$|\s|\.))/i;
const DIRECTORY = /^all other files in\s+(.+)$/is;
const NOTE_START = /\s+\(|\s+#\s|:(?:\s|$)|\s+[-–—]\s|\s+for\s/;
const NOTE = /^(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\)$|(?:#|:|[-–—])\s*(.*)$)/s;
