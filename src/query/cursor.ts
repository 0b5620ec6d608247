import { MetacacheError } from "../base/errors.ts";
import { describe } from "../base/validation.ts";
import type { OrderBy } from "./metadata-query.ts";

/**
 * Where the last page ended: the sort key of its last item. A cursor holds a key, not a position, so that changes
 * between two pages neither repeat an item nor skip one that stayed.
 */
export interface CursorKey {
  /** The value that the order compares first; for the order by path, the path itself. */
  readonly value: string | number;
  readonly path: string;
}

export function encodeCursor(print: string, key: CursorKey): string {
  const bytes = new TextEncoder().encode(JSON.stringify([print, key.value, key.path]));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Throws `E_QUERY` for what is no cursor, and for a cursor of another query. */
export function decodeCursor(cursor: unknown, print: string, order: OrderBy): CursorKey {
  const parts = parse(cursor);
  if (parts === undefined)
    throw new MetacacheError("E_QUERY", `cursor ${describe(cursor)} is not one: pass on an answer's nextCursor unchanged`);
  const [ownPrint, value, path] = parts;
  if (ownPrint !== print) {
    throw new MetacacheError("E_QUERY", "cursor belongs to another query: criteria and order must stay the same from page to page");
  }
  const numeric = order.endsWith("size") || order.endsWith("modifiedAt");
  if (typeof path !== "string" || typeof value !== (numeric ? "number" : "string")) {
    throw new MetacacheError("E_QUERY", `cursor ${describe(cursor)} is damaged: pass on an answer's nextCursor unchanged`);
  }
  return { value: value as string | number, path };
}

function parse(cursor: unknown): readonly unknown[] | undefined {
  if (typeof cursor !== "string") return undefined;
  try {
    const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    const parts: unknown = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(binary, (character) => character.charCodeAt(0))),
    );
    return Array.isArray(parts) && parts.length === 3 ? parts : undefined;
  } catch {
    return undefined;
  }
}

/** 64 bits of FNV-1a in two halves, over the JSON text: enough to tell a cursor's own query from others. */
export function fingerprint(value: unknown): string {
  const text = JSON.stringify(value);
  return hash(text, 0x811c9dc5) + hash(text, 0x9dc5811c);
}

function hash(text: string, seed: number): string {
  let state = seed;
  for (let index = 0; index < text.length; index++) state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  return (state >>> 0).toString(36);
}
