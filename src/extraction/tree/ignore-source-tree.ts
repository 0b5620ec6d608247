import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";

import { isAbsence, messageOf, MetacacheError } from "../../base/errors.ts";
import { readSmallFile } from "../../files/read-file.ts";
import { pathProblem, type ProjectPath } from "../../record/project-path.ts";
import type { IgnoreRules } from "./ignore-rules.ts";
import type { IgnoredPath } from "./ignored-paths.ts";
import type { SkippedPath } from "../run/skip-reason.ts";
import { prefixWithin, type TreeListing } from "./tree-listing.ts";
import { INSTALLED, isRepository, rulesAbove } from "./tree-rules.ts";

export interface WalkSettings {
  readonly signal?: AbortSignal | undefined;
  /**
   * Patterns to leave out besides the rules of the tree. The rules of the tree cannot take such
   * paths back in.
   */
  readonly excludes?: IgnoreRules;
  /**
   * Leaves out directories such as `node_modules`, unless a rule of the tree takes them in. In a
   * git work tree, a `.gitignore` would leave them out.
   */
  readonly leavesOutInstalled?: boolean;
}

/**
 * A listing, and the paths that the rules left out of it, as far as the walk met them. A directory
 * stands for everything in it.
 */
export interface WalkedListing extends TreeListing {
  readonly ignored: readonly IgnoredPath[];
}

/**
 * Lists the files below `root` that no `.gitignore` leaves out, without git. `top` is the root or a
 * directory above it. The `.gitignore` files of the directories from `top` down to the root apply
 * too. If the signal aborts, rejects with its reason.
 */
export async function listWithIgnoreRules(root: string, top: string, settings: WalkSettings = {}): Promise<WalkedListing> {
  const walk = new Walk(root, prefixWithin(top, root), settings);
  await walk.enterFrom(top);
  while (await walk.next()) settings.signal?.throwIfAborted();
  walk.warnOfInstalled();
  return walk;
}

interface Directory {
  /** Relative to the root. Empty for the root itself. */
  readonly path: string;
  readonly rules: IgnoreRules;
}

class Walk implements WalkedListing {
  readonly paths: ProjectPath[] = [];
  readonly skipped: SkippedPath[] = [];
  readonly warnings: string[] = [];
  readonly isTrusted = true;
  readonly ignored: IgnoredPath[] = [];
  readonly #installed: string[] = [];
  readonly #root: string;
  /** The path from the top of the rules to the root: `""`, or ending in `/`. */
  readonly #prefix: string;
  readonly #settings: WalkSettings;
  readonly #open: Directory[] = [];

  constructor(root: string, prefix: string, settings: WalkSettings) {
    this.#root = root;
    this.#prefix = prefix;
    this.#settings = settings;
  }

  /**
   * Collects the rules from above the root. The rules of the root itself are read with the root.
   */
  async enterFrom(top: string): Promise<void> {
    const leavesOutInstalled = this.#settings.leavesOutInstalled === true;
    const rules = rulesAbove(this.#root, top, leavesOutInstalled, (known, prefix, file) => this.#extend(known, prefix, file));
    this.#open.push({ path: "", rules });
  }

  warnOfInstalled(): void {
    if (this.#installed.length === 0) return;
    const some = this.#installed.slice(0, 3).join(", ");
    const others = this.#installed.length > 3 ? ` and ${this.#installed.length - 3} more` : "";
    const verb = this.#installed.length > 1 ? "are" : "is";
    this.warnings.push(`without git, ${some}${others} ${verb} left out; to take one in, put a line such as !node_modules/ into .gitignore`);
  }

  /** Reads some directories side by side. Returns false if no directory is left. */
  async next(): Promise<boolean> {
    const directories = this.#open.splice(-AT_ONCE);
    const read = directories.map(async ({ path }) => readdir(join(this.#root, path), { withFileTypes: true, encoding: "buffer" }));
    for (const [place, result] of (await Promise.allSettled(read)).entries()) {
      const directory = directories[place] as Directory;
      if (result.status === "fulfilled") this.#take(directory, result.value);
      else this.#refuse(directory, result.reason);
    }
    return directories.length > 0;
  }

  #refuse({ path }: Directory, error: unknown): void {
    if (path === "")
      throw new MetacacheError("E_SOURCE", `${this.#root} cannot be listed: ${messageOf(error)}`, {
        remedy: "give the user who runs metacache the right to list it",
        cause: error,
      });
    if (!isAbsence(error)) this.#skip(path, "unreadable", messageOf(error));
  }

  #take(directory: Directory, entries: readonly Dirent<Buffer>[]): void {
    const absolute = join(this.#root, directory.path);
    const names = new Set(entries.map((entry) => entry.name.toString("latin1")));
    if (directory.path !== "" && names.has(".git") && isRepository(join(absolute, ".git"))) {
      return this.#skip(directory.path, "nested-repository");
    }
    const within = directory.path === "" ? "" : `${directory.path}/`;
    const rules = names.has(".gitignore")
      ? this.#extend(directory.rules, this.#prefix + within, join(absolute, ".gitignore"))
      : directory.rules;
    for (const entry of entries) this.#add(entry, within, rules);
  }

  #add(entry: Dirent<Buffer>, within: string, rules: IgnoreRules): void {
    let name: string;
    try {
      name = UTF8.decode(entry.name);
    } catch {
      return this.#skip(within + entry.name.toString("utf8"), "not-utf8-name");
    }
    const isDirectory = entry.isDirectory();
    if (name === ".git" || (isDirectory && name === ".metacache")) return;
    const path = within + name;
    const rule = this.#settings.excludes?.ruleFor(path, isDirectory) ?? rules.ruleFor(this.#prefix + path, isDirectory);
    if (rule !== undefined) return this.#leaveOut({ path, isDirectory, rule });
    const problem = pathProblem(path);
    if (problem !== undefined) this.#skip(path, "path-refused", problem);
    else if (isDirectory) this.#open.push({ path, rules });
    else this.paths.push(path as ProjectPath);
  }

  #leaveOut(ignored: IgnoredPath): void {
    if (ignored.rule.startsWith(`${INSTALLED}:`)) this.#installed.push(`${ignored.path}/`);
    if (this.ignored.length < MAX_IGNORED) this.ignored.push(ignored);
  }

  #extend(rules: IgnoreRules, prefix: string, file: string): IgnoreRules {
    try {
      const extended = rules.with(prefix, readSmallFile(file), relative(this.#root, file) || file);
      if (extended !== rules) {
        for (const pattern of extended.refused)
          this.warnings.push(`${file}: left out, because it is too costly to match: ${pattern.slice(0, 80)}`);
      }
      return extended;
    } catch (error) {
      if (!isAbsence(error)) this.warnings.push(`${file}: its rules were not applied: ${messageOf(error)}`);
      return rules;
    }
  }

  #skip(path: string, reason: SkippedPath["reason"], detail?: string): void {
    this.skipped.push({ path, reason, ...(detail !== undefined && { detail }) });
  }
}

const MAX_IGNORED = 10_000;
/** Node reads four directories at a time. While more of them wait, it always has one to read. */
const AT_ONCE = 16;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
