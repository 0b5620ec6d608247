import { dirname, join } from "node:path";

import { readSmallFile } from "../../files/read-file.ts";
import { IgnoreRules } from "../../extraction/tree/ignore-rules.ts";
import { prefixWithin } from "../../extraction/tree/tree-listing.ts";
import { rulesAbove } from "../../extraction/tree/tree-rules.ts";
import type { WatchTask } from "./watch-messages.ts";

/**
 * Knows which names the rules of a tree leave out. Decides as the listing of a tree without git
 * does. Paths are relative to the root. The root is `""`.
 */
export class DirectoryRules {
  readonly #root: string;
  readonly #prefix: string;
  readonly #excludes: IgnoreRules;
  readonly #above: () => IgnoreRules;
  readonly #byDirectory = new Map<string, IgnoreRules>();

  constructor({ root, top, leavesOutInstalled, exclude }: WatchTask) {
    this.#root = root;
    this.#prefix = prefixWithin(top, root);
    this.#excludes = IgnoreRules.ofPatterns(exclude, "exclude");
    this.#above = () => rulesAbove(root, top, leavesOutInstalled, extended);
  }

  /**
   * True if a rule leaves out the name itself. Assumes that the directories above it are in the
   * tree.
   */
  ignores(path: string, isDirectory: boolean): boolean {
    if (this.#excludes.ignores(path, isDirectory)) return true;
    return this.#rulesIn(parentOf(path)).ignores(this.#prefix + path, isDirectory);
  }

  /** True if a rule leaves out the name or a directory above it. */
  leavesOut(path: string, isDirectory: boolean): boolean {
    for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
      if (this.ignores(path.slice(0, end), true)) return true;
    }
    return this.ignores(path, isDirectory);
  }

  /** Forgets every rule. Reads it again when it is needed next. */
  forget(): void {
    this.#byDirectory.clear();
  }

  /** Forgets the rules in a directory and below it: another directory may have this name now. */
  forgetIn(directory: string): void {
    for (const known of this.#byDirectory.keys()) {
      if (known === directory || known.startsWith(`${directory}/`)) this.#byDirectory.delete(known);
    }
  }

  #rulesIn(directory: string): IgnoreRules {
    const known = this.#byDirectory.get(directory);
    if (known !== undefined) return known;
    const outer = directory === "" ? this.#above() : this.#rulesIn(parentOf(directory));
    const within = directory === "" ? "" : `${directory}/`;
    const rules = extended(outer, this.#prefix + within, join(this.#root, directory, ".gitignore"));
    this.#byDirectory.set(directory, rules);
    return rules;
  }
}

/** Returns the directory of a path. `""` for a path directly in the root. */
export function parentOf(path: string): string {
  const parent = dirname(path);
  return parent === "." ? "" : parent;
}

function extended(rules: IgnoreRules, prefix: string, file: string): IgnoreRules {
  try {
    return rules.with(prefix, readSmallFile(file), file);
  } catch {
    // Most directories have no `.gitignore`. If one cannot be read, the listing of the tree reports
    // why.
    return rules;
  }
}
