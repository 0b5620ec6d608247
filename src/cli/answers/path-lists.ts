import { MetacacheError } from "../../base/errors.ts";
import type { Place } from "../place/place.ts";
import type { Output } from "../terminal/output.ts";

/** The options of every command that can print paths alone. */
export interface PathListOptions {
  readonly paths?: boolean;
  readonly null?: boolean;
}

export const PATH_LIST_OPTIONS: readonly (readonly [flags: string, meaning: string])[] = [
  ["--paths", "print the paths of the files alone, one a line"],
  ["-0, --null", "like --paths, each as it is with a NUL after it, for xargs -0"],
];

/** Throws `E_CONFIG` if names as they are would reach a terminal. */
export function asksForPaths({ paths, null: isNull }: PathListOptions): boolean {
  if (isNull === true && process.stdout.isTTY) {
    throw new MetacacheError("E_CONFIG", "--null writes names as they are, which a terminal would obey", {
      remedy: "pipe it, or give --paths",
    });
  }
  return paths === true || isNull === true;
}

/** Each path once. */
export function printPaths(output: Output, place: Place, paths: Iterable<string>, { null: isNull }: PathListOptions): void {
  const distinct = [...new Set(paths)];
  if (isNull === true) output.raw(distinct.map((path) => `${place.printed(path)}\0`).join(""));
  else for (const path of distinct) output.line([{ text: place.shown(path), style: "path", link: place.link(path) }]);
}
