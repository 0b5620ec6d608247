import { MetacacheError } from "../base/errors.ts";
import { describe } from "../base/validation.ts";
import type { OrderBy } from "./metadata-query.ts";

/**
 * The sort key of the last item of a page: the next page starts after it. A cursor holds a key, not
 * a number of items. So changes between two pages do not repeat an item, and do not skip an item
 * that stayed.
 */
export interface CursorKey {
  /** The value that the order compares first. In the order by path this is the path itself. */
  readonly value: string | number;
  readonly path: string;
}

export function encodeCursor(queryHash: string, key: CursorKey): string {
  return encodeParts(key.value === key.path ? [queryHash, key.path] : [queryHash, key.value, key.path]);
}

export function encodeParts(parts: readonly (string | number)[]): string {
  const text = JSON.stringify(parts);
  // Most paths are plain ASCII. Their UTF-8 bytes are the same as their characters.
  const binary = ASCII.test(text) ? text : binaryOf(new TextEncoder().encode(text));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const ASCII = /^[\0-\x7f]*$/;

/** Converts in parts, because a term may be longer than a list of arguments can be. */
function binaryOf(bytes: Uint8Array): string {
  let binary = "";
  for (let start = 0; start < bytes.length; start += PART) binary += String.fromCharCode(...bytes.subarray(start, start + PART));
  return binary;
}

const PART = 4_096;

/** Returns true if the value is a cursor of any query. */
export function isCursor(cursor: unknown): boolean {
  return parse(cursor) !== undefined;
}

/** Throws `E_QUERY` if the value is not a cursor, or is a cursor of another query. */
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

/**
 * The parts of a cursor of the query with this hash; the hash is the first part. Throws like
 * `decodeCursor`.
 */
export function cursorParts(cursor: unknown, queryHash: string): readonly unknown[] {
  const parts = parse(cursor);
  if (parts === undefined) throw new MetacacheError("E_QUERY", `cursor ${describe(cursor)} is not a cursor`, { remedy: PASS_ON });
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

/**
 * Two FNV-1a hashes of 32 bits each over the JSON text, 64 bits together: enough to tell the
 * cursors of a query from those of other queries.
 */
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

export const PASS_ON = "pass the nextCursor of an answer, unchanged";
