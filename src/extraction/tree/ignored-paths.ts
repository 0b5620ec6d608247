import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** A file that a rule leaves out, or a directory with everything in it. */
export interface IgnoredPath {
  readonly path: string;
  readonly isDirectory: boolean;
  /** The file, the line and the text of the rule. */
  readonly rule: string;
}

/**
 * For a tree in which no file is left: returns a sentence with the rule that left out most files.
 * Returns `undefined` if no rule left out a file. Cost: reads every directory that is left out, up
 * to a limit.
 */
export async function explainEmptyTree(root: string, ignored: readonly IgnoredPath[]): Promise<string | undefined> {
  const byRule = new Map<string, number>();
  let total = 0;
  for (const { path, isDirectory, rule } of ignored) {
    const files = isDirectory ? await countFiles(join(root, path), MAX_COUNTED - total) : 1;
    byRule.set(rule, (byRule.get(rule) ?? 0) + files);
    total += files;
    if (total >= MAX_COUNTED) break;
  }
  const [first, ...others] = [...byRule].sort(([, a], [, b]) => b - a);
  if (total === 0 || first === undefined) return undefined;
  const count = `${total.toLocaleString("en-US")}${total >= MAX_COUNTED ? " and more" : ""}`;
  return `0 files: all ${count} are ignored, ${others.length > 0 ? "most of them by " : ""}${first[0]}`;
}

const MAX_COUNTED = 1_000_000;

async function countFiles(directory: string, limit: number): Promise<number> {
  const open = [directory];
  let count = 0;
  for (let next = open.pop(); next !== undefined && count < limit; next = open.pop()) {
    for (const entry of await readdir(next, { withFileTypes: true }).catch(() => [])) {
      if (entry.isDirectory()) open.push(join(next, entry.name));
      else count++;
    }
  }
  return count;
}
