import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join } from "node:path";

import { codeOf, isAbsence, MetacacheError } from "../../base/errors.ts";
import { isRepository } from "../../extraction/tree/tree-rules.ts";
import type { DirectoryRules } from "./directory-rules.ts";
import type { WatchTask } from "./watch-messages.ts";

/** An event as the system tells it: of a name in a directory. `isRename`: the name came or went. */
export type OnEvent = (directory: string, name: string | null, isRename: boolean) => void;

/**
 * The watches of a tree: one for each directory that no rule leaves out, or one for all of it.
 * Everything here blocks: it runs in a thread of its own, and what it lists is listed after the
 * watch of the same directory is set.
 */
export class DirectoryWatches {
  readonly #task: WatchTask;
  readonly #rules: DirectoryRules;
  readonly #onEvent: OnEvent;
  readonly #watches = new Map<string, FSWatcher>();
  readonly #others: FSWatcher[] = [];
  /** Watched in spite of the rules. */
  #covered = new Set<string>();

  constructor(task: WatchTask, rules: DirectoryRules, onEvent: OnEvent) {
    this.#task = task;
    this.#rules = rules;
    this.#onEvent = onEvent;
  }

  get size(): number {
    return this.#watches.size + this.#others.length;
  }

  has(directory: string): boolean {
    return this.#watches.has(directory);
  }

  /**
   * Watches a directory outside of the tree's own rules; its events come to `onName`. Not there:
   * nothing to watch.
   */
  watchOther(absolute: string, onName: (name: string | null) => void): void {
    try {
      this.#others.push(this.#open(absolute, false, (_, name) => onName(name)));
    } catch (error) {
      if (!isAbsence(error)) throw error;
    }
  }

  /**
   * Watches a directory with all below it; returns the files in those that were not watched before.
   * Throws what the system throws if it refuses a watch; a directory that is gone, or that must not
   * be read, is passed over.
   */
  enter(directory: string): string[] {
    const files: string[] = [];
    const open = [directory];
    for (let next = open.pop(); next !== undefined; next = open.pop()) this.#enterOne(next, files, open);
    return files;
  }

  /** Whether there is to be a watch of the directory, which a rule `leavesOut` or not. */
  isWanted(directory: string, leavesOut: boolean): boolean {
    return !leavesOut || this.#covered.has(directory);
  }

  /**
   * Watches these directories, now and from now on, whatever the rules say; returns those that had
   * no watch, and the files in them.
   */
  cover(directories: readonly string[], isWhole: boolean): string[] {
    if (isWhole) this.#covered = new Set();
    for (const directory of directories) this.#covered.add(directory);
    if (isWhole) this.#leaveUnwanted();
    const changed: string[] = [];
    for (const directory of directories) {
      if (this.#watches.has(directory)) continue;
      changed.push(directory);
      // There may be more files than a call can have arguments.
      for (const file of this.enter(directory)) changed.push(file);
    }
    return changed;
  }

  /** Ends the watches of a directory and of all below it. */
  leave(directory: string): void {
    const below = directory === "" ? "" : `${directory}/`;
    for (const [path, watcher] of this.#watches) {
      if (path !== directory && !path.startsWith(below)) continue;
      watcher.close();
      this.#watches.delete(path);
    }
  }

  /** What was covered before, and need not be any more. */
  #leaveUnwanted(): void {
    for (const [path, watcher] of this.#watches) {
      if (path === "" || this.#covered.has(path) || !this.#rules.leavesOut(path, true)) continue;
      watcher.close();
      this.#watches.delete(path);
    }
  }

  #enterOne(directory: string, files: string[], open: string[]): void {
    const absolute = join(this.#task.root, directory);
    try {
      if (!this.#task.recursive) {
        if (this.#watches.has(directory)) return;
        this.#watches.set(
          directory,
          this.#open(absolute, false, (isRename, name) => this.#onEvent(directory, name, isRename)),
        );
      } else if (directory === "" && !this.#watches.has("")) {
        this.#watches.set(
          "",
          this.#open(absolute, true, (isRename, name) => this.#onEvent("", name, isRename)),
        );
      }
      this.#list(directory, absolute, files, open);
    } catch (error) {
      // Its parent's events tell if it comes back.
      if (directory === "" || !(isAbsence(error) || isDenied(error))) throw error;
    }
  }

  #list(directory: string, absolute: string, files: string[], open: string[]): void {
    const entries = readdirSync(absolute, { withFileTypes: true });
    const isNested = directory !== "" && entries.some(({ name }) => name === ".git") && isRepository(join(absolute, ".git"));
    // Of another repository only the directory itself has a watch: it may cease to be one.
    if (isNested) return;
    const within = directory === "" ? "" : `${directory}/`;
    for (const entry of entries) {
      const path = within + entry.name;
      if (!entry.isDirectory()) files.push(path);
      else if (!isOwnFolder(entry.name) && this.isWanted(path, this.#rules.ignores(path, true))) open.push(path);
    }
  }

  #open(absolute: string, recursive: boolean, listener: (isRename: boolean, name: string | null) => void): FSWatcher {
    if (this.size >= this.#task.maxWatches) throw new MetacacheError("E_SOURCE", `ENOSPC: all ${this.#task.maxWatches} watches are taken`);
    const watcher = watch(absolute, { recursive }, (type, name) => listener(type === "rename", name));
    // A directory that is removed may end its watch so. Its parent's events tell of it.
    watcher.on("error", () => listener(true, null));
    return watcher;
  }
}

/** Folders of git's and of ours, in which there is nothing of the tree. */
export function isOwnFolder(name: string): boolean {
  return name === ".git" || name === ".metacache";
}

function isDenied(error: unknown): boolean {
  const code = codeOf(error);
  return code === "EACCES" || code === "EPERM";
}
