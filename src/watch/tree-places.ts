import { statSync } from "node:fs";
import { join } from "node:path";

import { findGitDirectories, type GitDirectories } from "../extraction/tree/git-excludes.ts";
import { type GitSettings, runGit } from "../extraction/tree/run-git.ts";
import { ruleFilesAbove } from "../extraction/tree/tree-rules.ts";
import { lookAt } from "../files/open-databases.ts";
import { cookieDirectory } from "./cookies/cookie-directory.ts";
import { findWorkTree } from "../extraction/tree/source-tree.ts";

/** The places around a tree that decide which files belong to it. */
export class TreePlaces {
  readonly root: string;
  /** The top of the work tree that contains the root. The root itself if there is no work tree. */
  readonly top: string;
  readonly git: GitDirectories | undefined;

  private constructor(root: string, top: string | undefined) {
    this.root = root;
    this.top = top ?? root;
    this.git = top === undefined ? undefined : findGitDirectories(top);
  }

  /**
   * Finds the places of a root. If the repository around the root ignores it, the root is a tree of
   * its own, as it is for an indexing run.
   */
  static async find(root: string, settings: GitSettings): Promise<TreePlaces> {
    const top = findWorkTree(root);
    const isIgnored = top !== undefined && top !== root && (await ignoresRoot(root, settings));
    return new TreePlaces(root, isIgnored ? undefined : top);
  }

  get cookies(): string {
    return cookieDirectory(this.root);
  }

  /**
   * Returns a text that changes if a rule outside of the tree changes, or the root is replaced by
   * another folder. Costs a few calls of the system.
   */
  signature(givenRoot: string): string {
    const files = ruleFilesAbove(this.root, this.top);
    return [identify(givenRoot), ...files.map(describe)].join("\n");
  }

  /** True if git is changing the work tree now, as far as its lock file shows. */
  get isGitBusy(): boolean {
    return this.git !== undefined && lookAt(join(this.git.own, "index.lock")) !== undefined;
  }
}

async function ignoresRoot(root: string, settings: GitSettings): Promise<boolean> {
  try {
    return (await runGit(root, ["check-ignore", "--quiet", "."], settings)).code === 0;
  } catch {
    return false;
  }
}

/** Returns the identity of the folder at this path now. Follows a symbolic link. */
function identify(path: string): string {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return "none";
  }
}

function describe(file: string): string {
  try {
    const { size, mtimeMs, ctimeMs, ino } = statSync(file);
    return `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
  } catch {
    return "none";
  }
}
