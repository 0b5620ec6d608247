import { MetacacheError } from "../../base/errors.ts";

/** Where a list continues: after how many things, and after which one. Opaque to clients. */
export interface Cursor {
  readonly shown: number;
  readonly after?: string | undefined;
}

const START: Cursor = Object.freeze({ shown: 0 });

/** Writes `12`, or `12.` and the thing that the list continues after. */
export function writeCursor({ shown, after }: Cursor): string {
  return after === undefined ? String(shown) : `${shown}.${after}`;
}

/** Throws `E_ARGUMENT` for anything that `writeCursor` did not write. */
export function readCursor(text: string | undefined): Cursor {
  if (text === undefined) return START;
  const [, shown, after] = /^(\d{1,15})(?:\.([\w-]+))?$/.exec(text) ?? [];
  if (shown !== undefined) return { shown: Number(shown), after };
  throw new MetacacheError("E_ARGUMENT", `cursor ${JSON.stringify(text.slice(0, 100))} does not come from an answer`, {
    remedy: "leave cursor out to begin again",
  });
}

/**
 * Remembers the texts of long cursors, and gives short cursors instead. A cursor that names a long
 * path would cost more than the answer. Short cursors stay as they are.
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

  /** Returns the whole text of a cursor. Throws `E_ARGUMENT` for a cursor that is forgotten. */
  whole(after: string): string {
    if (!after.startsWith(KEPT)) return after;
    const text = this.#texts.get(Number(after.slice(KEPT.length)));
    if (text !== undefined) return text;
    throw new MetacacheError("E_ARGUMENT", "cursor comes from another session, or is too old", {
      remedy: "leave cursor out to begin again",
    });
  }
}

/**
 * The beginning of a short cursor that stands for a long one. No cursor of the cache begins with
 * it.
 */
const KEPT = "-";
const MAX_AFTER = 100;
const MAX_KEPT = 1_000;
