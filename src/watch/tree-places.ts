import { statSync } from "node:fs";
import { join } from "node:path";

import { findGitDirectories, type GitDirectories } from "../extraction/tree/git-excludes.ts";
import { type GitSettings, runGit } from "../extraction/tree/run-git.ts";
import { ruleFilesAbove } from "../extraction/tree/tree-rules.ts";
import { lookAt } from "../files/open-databases.ts";
import { cookieDirectory } from "./cookie-directory.ts";
import { findWorkTree } from "../extraction/tree/source-tree.ts";

/** What lies around a tree and decides what belongs to it. */
export class TreePlaces {
  readonly root: string;
  /** The top of the work tree that holds the root, or the root. */
  readonly top: string;
  readonly git: GitDirectories | undefined;

  private constructor(root: string, top: string | undefined) {
    this.root = root;
    this.top = top ?? root;
    this.git = top === undefined ? undefined : findGitDirectories(top);
  }

  /**
   * A root that the repository around it ignores is a tree of its own, as it is for an indexing
   * run.
   */
  static async find(root: string, settings: GitSettings): Promise<TreePlaces> {
    const top = await findWorkTree(root);
    const isIgnored = top !== undefined && top !== root && (await ignoresRoot(root, settings));
    return new TreePlaces(root, isIgnored ? undefined : top);
  }

  get cookies(): string {
    return cookieDirectory(this.root);
  }

  /**
   * Another text if a rule from outside of the tree has changed, or the root is another folder.
   * Cost: a few calls of the system.
   */
  signature(givenRoot: string): string {
    const files = ruleFilesAbove(this.root, this.top);
    return [identify(givenRoot), ...files.map(describe)].join("\n");
  }

  /** Whether git is changing the work tree now, as far as can be told. */
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

/** Which folder stands there now; a link is followed. */
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
