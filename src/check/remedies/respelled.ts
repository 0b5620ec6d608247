import { folderOf } from "../../references/candidates.ts";

interface Respelling {
  /** The file that has the reference. */
  readonly citing: string;
  /** The path that the reference must mean. */
  readonly meant: string;
  /** True if a path without `./` or `../` is relative to the root. */
  readonly isFromRoot: boolean;
}

/**
 * Returns the path `meant` in the style of `written`: from the root or from the citing file, and
 * with `./` if `written` has that. Returns `undefined` if the path cannot be written without
 * quotes.
 */
export function respelled(written: string, { citing, meant, isFromRoot }: Respelling): string | undefined {
  if (!PLAIN.test(meant) || !PLAIN.test(written)) return undefined;
  if (written.startsWith("/")) return `/${meant}`;
  if (isFromRoot && !written.startsWith(".")) return meant;
  const relative = relativePath(folderOf(citing), meant);
  return written.startsWith("./") && !relative.startsWith("../") ? `./${relative}` : relative;
}

/** Paths that need no quotes, brackets or percent signs anywhere. */
const PLAIN = /^[\p{L}\p{N}._/@+~-]+$/u;

function relativePath(from: string, to: string): string {
  const here = from === "" ? [] : from.split("/");
  const there = to.split("/");
  let common = 0;
  while (common < here.length && common < there.length - 1 && here[common] === there[common]) common++;
  return [...here.slice(common).map(() => ".."), ...there.slice(common)].join("/");
}
