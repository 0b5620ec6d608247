import { lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { codeOf } from "../base/errors.ts";

/** Where cookies of a tree go: into our own folder, in which nothing is a source. The same for every process. */
export function cookieDirectory(root: string): string {
  return join(root, ".metacache", "cookies");
}

/**
 * Makes the folder. Throws what the system throws; false if something else stands there: whoever put a link into the tree would have us write
 * elsewhere.
 */
export function makeCookieDirectory(directory: string): boolean {
  const own = dirname(directory);
  if (makeIfMissing(own)) writeFileSync(join(own, ".gitignore"), "*\n", { flag: "wx" });
  if (!lstatSync(own).isDirectory()) return false;
  makeIfMissing(directory);
  return lstatSync(directory).isDirectory();
}

function makeIfMissing(directory: string): boolean {
  try {
    mkdirSync(directory);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}
