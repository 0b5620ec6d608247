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

export function encodeCursor(queryHash: string, key: CursorKey): string {
  return encodeParts(key.value === key.path ? [queryHash, key.path] : [queryHash, key.value, key.path]);
}

export function encodeParts(parts: readonly (string | number)[]): string {
  const text = JSON.stringify(parts);
  // Most paths are plain ASCII, which is its own UTF-8.
  const binary = ASCII.test(text) ? text : binaryOf(new TextEncoder().encode(text));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const ASCII = /^[\0-\x7f]*$/;

/** In parts: a term may be longer than a list of arguments can be. */
function binaryOf(bytes: Uint8Array): string {
  let binary = "";
  for (let start = 0; start < bytes.length; start += PART) binary += String.fromCharCode(...bytes.subarray(start, start + PART));
  return binary;
}

const PART = 4_096;

/** Whether it is a cursor of some query. */
export function isCursor(cursor: unknown): boolean {
  return parse(cursor) !== undefined;
}

/** Throws `E_QUERY` for what is no cursor, and for a cursor of another query. */
export function decodeCursor(cursor: unknown, queryHash: string, order: OrderBy): CursorKey {
  const parts = cursorParts(cursor, queryHash);
  const [, value] = parts;
  const path = parts.at(-1);
  const numeric = order.endsWith("size") || order.endsWith("modifiedAt");
  const isKey = typeof path === "string" && typeof value === (numeric ? "number" : "string") && (value === path || !order.endsWith("path"));
  if (!isKey) {
    throw new MetacacheError("E_QUERY", `cursor ${describe(cursor)} is damaged`, { remedy: PASS_ON });
  }
  return { value: value as string | number, path };
}

/** What a cursor of the query with this hash holds, the hash first. Throws like `decodeCursor`. */
export function cursorParts(cursor: unknown, queryHash: string): readonly unknown[] {
  const parts = parse(cursor);
  if (parts === undefined) throw new MetacacheError("E_QUERY", `cursor ${describe(cursor)} is not one`, { remedy: PASS_ON });
  if (parts[0] === queryHash) return parts;
  throw new MetacacheError("E_QUERY", "cursor belongs to another query", {
    remedy: "criteria and order must stay the same from page to page",
  });
}

function parse(cursor: unknown): readonly unknown[] | undefined {
  if (typeof cursor !== "string") return undefined;
  try {
    const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    const parts: unknown = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(binary, (character) => character.charCodeAt(0))),
    );
    return Array.isArray(parts) && parts.length >= 2 && parts.length <= 4 ? parts : undefined;
  } catch {
    return undefined;
  }
}

/** 64 bits of FNV-1a in two halves, over the JSON text: enough to tell a cursor's own query from others. */
export function hashOfQuery(value: unknown): string {
  const text = JSON.stringify(value);
  let first = 0x811c9dc5;
  let second = 0x9dc5811c;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ unit, 0x01000193);
  }
  return (first >>> 0).toString(36) + (second >>> 0).toString(36);
}

export const PASS_ON = "pass on an answer's nextCursor unchanged";
