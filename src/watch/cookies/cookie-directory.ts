import { randomUUID } from "node:crypto";
import { lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { codeOf } from "../../base/errors.ts";

/**
 * Returns the folder for the cookies of a tree. It is inside the folder `.metacache`, which has no
 * sources in it. All processes use the same folder.
 */
export function cookieDirectory(root: string): string {
  return join(root, ".metacache", "cookies");
}

/** The beginnings of the names of files whose events somebody waits for. */
export const COOKIE = "cookie-";
export const QUESTION = "ask-";

export function isAwaited(name: string): boolean {
  return name.startsWith(COOKIE) || name.startsWith(QUESTION);
}

/**
 * Makes the folder. Throws what the system throws. Returns false if something else has its name: a
 * symbolic link in the tree must not make us write somewhere else.
 */
export function makeCookieDirectory(directory: string): boolean {
  const own = dirname(directory);
  if (makeIfMissing(own)) writeFileSync(join(own, ".gitignore"), "*\n", { flag: "wx" });
  if (!lstatSync(own).isDirectory()) return false;
  makeIfMissing(directory);
  return lstatSync(directory).isDirectory();
}

/**
 * Writes a whole file at once. Returns false if that fails. Then nothing is left behind, unless the
 * system refuses to remove the draft.
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
 * Removes a file. Does nothing if the system refuses: the folder may be gone or replaced. A watcher
 * that starts later removes the file.
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
