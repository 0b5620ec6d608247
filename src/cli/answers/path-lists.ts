import { MetacacheError } from "../../base/errors.ts";
import type { Place } from "../place/place.ts";
import type { Output } from "../terminal/output.ts";

/** The options of each command that can print only paths. */
export interface PathListOptions {
  readonly paths?: boolean;
  readonly null?: boolean;
}

export const PATH_LIST_OPTIONS: readonly (readonly [flags: string, meaning: string])[] = [
  ["--paths", "print only the paths of the files, one on each line"],
  ["-0, --null", "like --paths, but unescaped and with a NUL after each path, for xargs -0"],
];

/**
 * Tells if the options ask for paths. Throws `E_CONFIG` if unescaped names would reach a terminal.
 */
export function asksForPaths({ paths, null: isNull }: PathListOptions): boolean {
  if (isNull === true && process.stdout.isTTY) {
    throw new MetacacheError("E_CONFIG", "--null writes names without escapes, and control characters in them could control the terminal", {
      remedy: "pipe the output to a program, or give --paths",
    });
  }
  return paths === true || isNull === true;
}

/** Prints each path once. */
export function printPaths(output: Output, place: Place, paths: Iterable<string>, { null: isNull }: PathListOptions): void {
  const distinct = [...new Set(paths)];
  if (isNull === true) output.raw(distinct.map((path) => `${place.printed(path)}\0`).join(""));
  else for (const path of distinct) output.line([{ text: place.shown(path), style: "path", link: place.link(path) }]);
}
