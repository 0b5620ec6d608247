import { randomUUID } from "node:crypto";
import { lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { codeOf } from "../base/errors.ts";

/**
 * Where cookies of a tree go: into our own folder, in which nothing is a source. The same for every
 * process.
 */
export function cookieDirectory(root: string): string {
  return join(root, ".metacache", "cookies");
}

/** How names of files there begin that somebody waits for the events of. */
export const COOKIE = "cookie-";
export const QUESTION = "ask-";

export function isAwaited(name: string): boolean {
  return name.startsWith(COOKIE) || name.startsWith(QUESTION);
}

/**
 * Makes the folder. Throws what the system throws; false if something else stands there: whoever
 * put a link into the tree would have us write elsewhere.
 */
export function makeCookieDirectory(directory: string): boolean {
  const own = dirname(directory);
  if (makeIfMissing(own)) writeFileSync(join(own, ".gitignore"), "*\n", { flag: "wx" });
  if (!lstatSync(own).isDirectory()) return false;
  makeIfMissing(directory);
  return lstatSync(directory).isDirectory();
}

/**
 * Puts a whole file there at once. Returns false if that cannot be; then nothing is left behind, as
 * far as the system lets it be removed.
 */
export function putFile(file: string, text: string): boolean {
  // Nobody waits for the events of a file with this name.
  const draft = join(dirname(file), `draft-${randomUUID()}`);
  try {
    writeFileSync(draft, text, { flag: "wx" });
    renameSync(draft, file);
    return true;
  } catch {
    removeFile(draft);
    return false;
  }
}

/**
 * Does nothing if the system refuses: the folder may be gone, or be another one. What is left is
 * removed by a watcher that begins later.
 */
export function removeFile(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    return;
  }
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
