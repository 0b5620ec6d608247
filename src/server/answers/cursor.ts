import { MetacacheError } from "../../base/errors.ts";

/** Where a list goes on: after how many things, and behind what. Opaque to clients. */
export interface Cursor {
  readonly shown: number;
  readonly after?: string | undefined;
}

const START: Cursor = Object.freeze({ shown: 0 });

/** `12`, or `12.` and behind what the list goes on. */
export function writeCursor({ shown, after }: Cursor): string {
  return after === undefined ? String(shown) : `${shown}.${after}`;
}

/** Throws `E_ARGUMENT` for anything that `writeCursor` did not write. */
export function readCursor(text: string | undefined): Cursor {
  if (text === undefined) return START;
  const [, shown, after] = /^(\d{1,15})(?:\.([\w-]+))?$/.exec(text) ?? [];
  if (shown !== undefined) return { shown: Number(shown), after };
  throw new MetacacheError("E_ARGUMENT", `cursor ${JSON.stringify(text.slice(0, 100))} is none that an answer gave`, {
    remedy: "leave cursor out to begin again",
  });
}

/**
 * What long cursors stand for: one that names a long path would cost more than the answer. Those
 * that are short stand for themselves.
 */
export class LongCursors {
  readonly #texts = new Map<number, string>();
  #count = 0;

  shorten(after: string): string {
    if (after.length <= MAX_AFTER) return after;
    this.#texts.set(++this.#count, after);
    for (const oldest of this.#texts.keys()) if (this.#texts.size > MAX_KEPT) this.#texts.delete(oldest);
    return `${KEPT}${this.#count}`;
  }

  /** Throws `E_ARGUMENT` for one that is forgotten. */
  whole(after: string): string {
    if (!after.startsWith(KEPT)) return after;
    const text = this.#texts.get(Number(after.slice(KEPT.length)));
    if (text !== undefined) return text;
    throw new MetacacheError("E_ARGUMENT", "cursor is of another session, or too old", { remedy: "leave cursor out to begin again" });
  }
}

/** Shorter than every cursor of the cache, so that none begins so and is taken for a kept one. */
const KEPT = "-";
const MAX_AFTER = 100;
const MAX_KEPT = 1_000;
