import { MetacacheError } from "../../base/errors.ts";

/** Where a list goes on: after how many things, and behind what. Opaque to clients. */
export interface Cursor {
  readonly shown: number;
  readonly after?: string | undefined;
}

const START: Cursor = Object.freeze({ shown: 0 });

export function writeCursor({ shown, after }: Cursor): string {
  return Buffer.from(JSON.stringify(after === undefined ? [shown] : [shown, after])).toString("base64url");
}

/** Throws `E_ARGUMENT` for anything that `writeCursor` did not write. */
export function readCursor(text: string | undefined): Cursor {
  if (text === undefined) return START;
  const [shown, after] = parsed(text);
  if (Number.isSafeInteger(shown) && (shown as number) >= 0 && (after === undefined || typeof after === "string"))
    return { shown: shown as number, after };
  throw new MetacacheError("E_ARGUMENT", `cursor ${JSON.stringify(text.slice(0, 100))} is none that an answer gave`, {
    remedy: "leave cursor out to begin again",
  });
}

function parsed(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    return Array.isArray(value) ? value : [undefined];
  } catch {
    return [undefined];
  }
}
