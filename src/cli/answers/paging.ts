import { MetacacheError } from "../../base/errors.ts";
import type { Output } from "../terminal/output.ts";
import { grouped } from "../../base/words.ts";

/** The options of every command that answers with a list. */
export interface PagingOptions {
  readonly limit?: string;
  readonly page?: string;
}

export const PAGING_OPTIONS: readonly (readonly [flags: string, meaning: string])[] = [
  ["-n, --limit <n>", "at most so many (default: all)"],
  ["--page <n>", "with --limit: the page of that number, from 1"],
];

/** Which part of a list is asked for. */
export interface Paging {
  /** Without it, all. */
  readonly limit: number | undefined;
  /** Counted from 1. */
  readonly page: number;
  /** How many come before the page. */
  readonly skipped: number;
}

const MAX_LIMIT = 1_000_000;

/** Throws `E_CONFIG`. */
export function readPaging({ limit, page }: PagingOptions): Paging {
  const size = limit === undefined ? undefined : wholeNumber("--limit", limit, MAX_LIMIT);
  const number = page === undefined ? 1 : wholeNumber("--page", page, MAX_LIMIT);
  if (page !== undefined && size === undefined) {
    throw new MetacacheError("E_CONFIG", "--page is given without the size of a page", { remedy: `add one, such as --limit 50` });
  }
  return { limit: size, page: number, skipped: (number - 1) * (size ?? 0) };
}

/** Throws `E_CONFIG` for anything but plain digits in the range. */
export function wholeNumber(flag: string, text: string, max: number, min: number = 1): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= min && number <= max) return number;
  throw new MetacacheError("E_CONFIG", `${flag} must be an integer from ${min} to ${max}, not ${JSON.stringify(text)}`);
}

/** Says on stderr what a page leaves out: a pipe sees only the answer. */
export function noteRest(output: Output, { limit, page, skipped }: Paging, shown: number, total: number): void {
  if (limit === undefined) return;
  const pages = Math.ceil(total / limit);
  if (shown === 0 && total > 0) output.note(`there is no page ${page}: the last is --page ${pages}`);
  else if (skipped + shown < total)
    output.note(`there are more: ${grouped(shown)} of ${grouped(total)} are shown; continue with --page ${page + 1}, or raise --limit`);
}
