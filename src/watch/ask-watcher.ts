import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Clock } from "../base/clock.ts";
import type { TreeFreshness } from "../calls/tree-freshness.ts";
import { cookieDirectory, putFile, QUESTION, removeFile } from "./cookies/cookie-directory.ts";
import { findLease, identityMark, type Lease } from "./tree-lease.ts";

const ANSWER = "answer-";
const POLL_MS = 5;

/**
 * Finds the watcher of a tree that works for this project of this database, in any process. Returns
 * `undefined` if no such watcher is known to be alive.
 */
export function findWatcher(root: string, identity: string, clock: Clock): Lease | undefined {
  return findLease(cookieDirectory(root), identity, clock);
}

/**
 * Asks the watcher of a tree in another process if every change before this call is in the
 * database, and waits until it is. The question is a cookie, so the watcher sees it after every
 * event that came before. Returns `undefined` if the watcher does not answer in time.
 */
export async function askWatcher(root: string, identity: string, limitMs: number, clock: Clock): Promise<TreeFreshness | undefined> {
  const directory = cookieDirectory(root);
  const name = `${identityMark(identity)}-${randomUUID()}`;
  const [question, answer] = [join(directory, QUESTION + name), join(directory, ANSWER + name)];
  const begun = clock.microseconds();
  try {
    writeFileSync(question, "", { flag: "wx" });
    while ((clock.microseconds() - begun) / 1_000 < limitMs) {
      await clock.sleep(POLL_MS);
      const text = readIfThere(answer);
      if (text !== undefined) return JSON.parse(text) as TreeFreshness;
    }
    return undefined;
  } catch {
    return undefined;
  } finally {
    removeFile(question);
    removeFile(answer);
  }
}

/** Answers the questions among `names` that are for the watcher with this identity. */
export function answerQuestions(
  directory: string,
  identity: string,
  names: readonly string[],
  settled: () => Promise<TreeFreshness>,
): void {
  for (const name of new Set(names)) if (name.startsWith(QUESTION + identityMark(identity))) void answerOne(directory, name, settled);
}

async function answerOne(directory: string, name: string, settled: () => Promise<TreeFreshness>): Promise<void> {
  const question = join(directory, name);
  // The event may be the one for the removal of the question.
  if (readIfThere(question) === undefined) return;
  let freshness: TreeFreshness;
  try {
    freshness = await settled();
  } catch {
    // A closed watcher does not answer.
    return;
  }
  // The process that asked may have stopped waiting.
  if (readIfThere(question) !== undefined) putFile(join(directory, ANSWER + name.slice(QUESTION.length)), JSON.stringify(freshness));
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
