import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Clock } from "../base/clock.ts";
import type { TreeFreshness } from "../calls/tree-freshness.ts";
import { cookieDirectory } from "./cookie-directory.ts";
import { findLease, identityMark, type Lease } from "./tree-lease.ts";

const ASK = "ask-";
const ANSWER = "answer-";
const POLL_MS = 5;

/** The watcher of a tree that works for this project of this database, in whatever process; `undefined` if none is known to live. */
export function findWatcher(root: string, identity: string, clock: Clock): Lease | undefined {
  return findLease(cookieDirectory(root), identity, clock);
}

/**
 * Asks the watcher of a tree in another process whether every change before this call is in the database, and waits until it is. The question is a cookie: the
 * watcher hears of it after all that happened before. `undefined` if it does not answer in time.
 */
export async function askWatcher(root: string, identity: string, limitMs: number, clock: Clock): Promise<TreeFreshness | undefined> {
  const directory = cookieDirectory(root);
  const name = `${identityMark(identity)}-${randomUUID()}`;
  const [question, answer] = [join(directory, ASK + name), join(directory, ANSWER + name)];
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
    rmSync(question, { force: true });
    rmSync(answer, { force: true });
  }
}

/** Answers the questions among `names` that are for the watcher with this identity. */
export function answerQuestions(
  directory: string,
  identity: string,
  names: readonly string[],
  settled: () => Promise<TreeFreshness>,
): void {
  for (const name of new Set(names)) if (name.startsWith(ASK + identityMark(identity))) void answerOne(directory, name, settled);
}

async function answerOne(directory: string, name: string, settled: () => Promise<TreeFreshness>): Promise<void> {
  const question = join(directory, name);
  // The event of its removal comes, too.
  if (readIfThere(question) === undefined) return;
  const draft = `${question}-draft`;
  try {
    const freshness = await settled();
    // Whoever asked may have gone.
    if (readIfThere(question) === undefined) return;
    writeFileSync(draft, JSON.stringify(freshness), { flag: "wx" });
    renameSync(draft, join(directory, ANSWER + name.slice(ASK.length)));
  } catch {
    rmSync(draft, { force: true });
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
