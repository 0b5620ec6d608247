import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The current content of the tree, by git and by reading every file: the digest of each path. */
export function readTruth(root: string): ReadonlyMap<string, string> {
  const options = ["--cached", "--others", "--exclude-standard", "-z"];
  const output = execFileSync("git", ["--no-optional-locks", "ls-files", ...options], { cwd: root, encoding: "utf8" });
  const truth = new Map<string, string>();
  for (const path of new Set(output.split("\0").filter((name) => name !== ""))) {
    const file = join(root, path);
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile() !== true) continue;
    truth.set(path, createHash("sha256").update(readFileSync(file)).digest("hex"));
  }
  return truth;
}

/**
 * The function that each TypeScript file among `paths` declares: the edits give each file one at
 * most. `undefined` for a file in which git left marks of a conflict: what it declares is a matter
 * of opinion.
 */
export function functionsOf(root: string, paths: Iterable<string>): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const path of paths) {
    if (!path.endsWith(".ts")) continue;
    const text = readFileSync(join(root, path), "utf8");
    const name = /^export function (f\d+)\(/.exec(text)?.[1];
    if (/^<{7} /m.test(text)) found.set(path, undefined);
    else if (name !== undefined) found.set(path, name);
  }
  return found;
}

/** How an answer differs from the truth; empty if they are equal. */
export function differences(truth: ReadonlyMap<string, string>, answer: ReadonlyMap<string, string>): readonly string[] {
  const found: string[] = [];
  for (const [path, digest] of truth) {
    if (!answer.has(path)) found.push(`${path} is missing`);
    else if (answer.get(path) !== digest) found.push(`${path} is not the newest version`);
  }
  for (const path of answer.keys()) if (!truth.has(path)) found.push(`${path} is not in the tree`);
  return found;
}
