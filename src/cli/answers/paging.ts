import { MetacacheError } from "../../base/errors.ts";
import type { Output } from "../terminal/output.ts";
import { grouped } from "../../base/text/words.ts";

/** The options of each command whose answer is a list. */
export interface PagingOptions {
  readonly limit?: string;
  readonly page?: string;
}

export const PAGING_OPTIONS: readonly (readonly [flags: string, meaning: string])[] = [
  ["-n, --limit <n>", "print at most n items (default: all)"],
  ["--page <n>", "with --limit: print page n; the first page is 1"],
];

/** The part of a list that the options ask for. */
export interface Paging {
  /** The size of a page. `undefined` means all items. */
  readonly limit: number | undefined;
  /** The number of the page. The first page is 1. */
  readonly page: number;
  /** The number of items before the page. */
  readonly skipped: number;
}

const MAX_LIMIT = 1_000_000;

/** Reads the paging options. Throws `E_CONFIG`. */
export function readPaging({ limit, page }: PagingOptions): Paging {
  const size = limit === undefined ? undefined : wholeNumber("--limit", limit, MAX_LIMIT);
  const number = page === undefined ? 1 : wholeNumber("--page", page, MAX_LIMIT);
  if (page !== undefined && size === undefined) {
    throw new MetacacheError("E_CONFIG", "--page is given without the size of a page", { remedy: "add --limit, for example --limit 50" });
  }
  return { limit: size, page: number, skipped: (number - 1) * (size ?? 0) };
}

/**
 * Reads a whole number. Throws `E_CONFIG` if the text is not plain digits, or if the number is out
 * of the range.
 */
export function wholeNumber(flag: string, text: string, max: number, min: number = 1): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new MetacacheError("E_CONFIG", `${flag} must be an integer from ${min} to ${max}, not ${JSON.stringify(text)}`);
}

/** Says on stderr how many items the page leaves out. Stdout holds only the answer, for a pipe. */
export function noteRest(output: Output, { limit, page, skipped }: Paging, shown: number, total: number): void {
  if (limit === undefined) return;
  const pages = Math.ceil(total / limit);
  if (shown === 0 && total > 0) output.note(`there is no page ${page}: the last one is --page ${pages}`);
  else if (skipped + shown < total)
    output.note(`${grouped(shown)} of ${grouped(total)} items are shown: continue with --page ${page + 1}, or raise --limit`);
}
