import { dirname, join } from "node:path";

import { readSmallFile } from "../../files/read-file.ts";
import { IgnoreRules } from "../../extraction/tree/ignore-rules.ts";
import { prefixWithin } from "../../extraction/tree/tree-listing.ts";
import { rulesAbove } from "../../extraction/tree/tree-rules.ts";
import type { WatchTask } from "./watch-messages.ts";

/**
 * Which names the rules of a tree leave out, as the lister has it without git. Paths are relative
 * to the root; the root is `""`.
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
    this.#excludes = IgnoreRules.none.with("", exclude.join("\n"), "exclude");
    this.#above = () => rulesAbove(root, top, leavesOutInstalled, extended);
  }

  /** Whether a rule leaves out the name itself. What is above it is taken to be in the tree. */
  ignores(path: string, isDirectory: boolean): boolean {
    if (this.#excludes.ignores(path, isDirectory)) return true;
    return this.#rulesIn(parentOf(path)).ignores(this.#prefix + path, isDirectory);
  }

  /** Whether a rule leaves out the name or a directory above it. */
  leavesOut(path: string, isDirectory: boolean): boolean {
    for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
      if (this.ignores(path.slice(0, end), true)) return true;
    }
    return this.ignores(path, isDirectory);
  }

  /** Reads every rule anew when it is needed next. */
  forget(): void {
    this.#byDirectory.clear();
  }

  /** The same of what lies in a directory: another one may have this name now. */
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

/** `""` for what lies in the root. */
export function parentOf(path: string): string {
  const parent = dirname(path);
  return parent === "." ? "" : parent;
}

function extended(rules: IgnoreRules, prefix: string, file: string): IgnoreRules {
  try {
    return rules.with(prefix, readSmallFile(file), file);
  } catch {
    // Most directories have none. The lister says what is wrong with one that cannot be read.
    return rules;
  }
}
