import { folderOf } from "../../references/candidates.ts";

interface Respelling {
  /** The file that the reference stands in. */
  readonly citing: string;
  /** The path that it shall mean. */
  readonly meant: string;
  /** Whether the path is counted from the root if nothing else is written. */
  readonly isFromRoot: boolean;
}

/**
 * The path `meant`, written in the manner of `written`: from the root or from the citing file, with
 * `./` if that was there. `undefined` if it cannot be written without quoting.
 */
export function respelled(written: string, { citing, meant, isFromRoot }: Respelling): string | undefined {
  if (!PLAIN.test(meant) || !PLAIN.test(written)) return undefined;
  if (written.startsWith("/")) return `/${meant}`;
  if (isFromRoot && !written.startsWith(".")) return meant;
  const relative = relativePath(folderOf(citing), meant);
  return written.startsWith("./") && !relative.startsWith("../") ? `./${relative}` : relative;
}

/** Needs no quotes, brackets or percent signs anywhere. */
const PLAIN = /^[\p{L}\p{N}._/@+~-]+$/u;

function relativePath(from: string, to: string): string {
  const here = from === "" ? [] : from.split("/");
  const there = to.split("/");
  let common = 0;
  while (common < here.length && common < there.length - 1 && here[common] === there[common]) common++;
  return [...here.slice(common).map(() => ".."), ...there.slice(common)].join("/");
}
