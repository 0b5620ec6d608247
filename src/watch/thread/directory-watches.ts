import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join } from "node:path";

import { codeOf, isAbsence, MetacacheError } from "../../base/errors.ts";
import { isRepository } from "../../extraction/tree/tree-rules.ts";
import type { DirectoryRules } from "./directory-rules.ts";
import type { WatchTask } from "./watch-messages.ts";

/**
 * Receives an event of the system about a name in a directory. `isRename` is true if the name came
 * or went.
 */
export type OnEvent = (directory: string, name: string | null, isRename: boolean) => void;

/**
 * The watches of a tree: one for each directory that no rule leaves out, or one for the whole tree.
 * Every call here blocks, because it runs in a thread of its own. It sets the watch of a directory
 * before it lists the directory.
 */
export class DirectoryWatches {
  readonly #task: WatchTask;
  readonly #rules: DirectoryRules;
  readonly #onEvent: OnEvent;
  readonly #watches = new Map<string, FSWatcher>();
  readonly #others: FSWatcher[] = [];
  /** Directories that are watched in spite of the rules. */
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
   * Watches a directory that the rules of the tree do not apply to. Its events go to `onName`. Does
   * nothing if the directory does not exist.
   */
  watchOther(absolute: string, onName: (name: string | null) => void): void {
    try {
      this.#others.push(this.#open(absolute, false, (_, name) => onName(name)));
    } catch (error) {
      if (!isAbsence(error)) throw error;
    }
  }

  /**
   * Watches a directory and all directories below it. Returns the files in directories that were
   * not watched before. Throws what the system throws if it refuses a watch. Skips a directory that
   * is gone or unreadable.
   */
  enter(directory: string): string[] {
    const files: string[] = [];
    const open = [directory];
    for (let next = open.pop(); next !== undefined; next = open.pop()) this.#enterOne(next, files, open);
    return files;
  }

  /**
   * True if the directory needs a watch. `leavesOut` is true if a rule leaves the directory out.
   */
  isWanted(directory: string, leavesOut: boolean): boolean {
    return !leavesOut || this.#covered.has(directory);
  }

  /**
   * Watches these directories from now on, in spite of the rules. Returns those that had no watch,
   * and the files in them.
   */
  cover(directories: readonly string[], isWhole: boolean): string[] {
    if (isWhole) this.#covered = new Set();
    for (const directory of directories) this.#covered.add(directory);
    if (isWhole) this.#leaveUnwanted();
    const changed: string[] = [];
    for (const directory of directories) {
      if (this.#watches.has(directory)) continue;
      changed.push(directory);
      // Do not spread the files into a call: there may be more than a call can have arguments.
      for (const file of this.enter(directory)) changed.push(file);
    }
    return changed;
  }

  /** Ends the watches of a directory and of all directories below it. */
  leave(directory: string): void {
    const below = directory === "" ? "" : `${directory}/`;
    for (const [path, watcher] of this.#watches) {
      if (path !== directory && !path.startsWith(below)) continue;
      watcher.close();
      this.#watches.delete(path);
    }
  }

  /** Ends the watches that only an earlier call of `cover` asked for. */
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
      // If the directory comes back, the watch of its parent reports it.
      if (directory === "" || !(isAbsence(error) || isDenied(error))) throw error;
    }
  }

  #list(directory: string, absolute: string, files: string[], open: string[]): void {
    const entries = readdirSync(absolute, { withFileTypes: true });
    const isNested = directory !== "" && entries.some(({ name }) => name === ".git") && isRepository(join(absolute, ".git"));
    // A nested repository has a watch of its top directory only, because it may stop being a
    // repository.
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
    // The removal of a directory may end its watch with this error. The watch of its parent reports
    // the removal.
    watcher.on("error", () => listener(true, null));
    return watcher;
  }
}

/** True for the folders of git and of metacache, which have no files of the tree. */
export function isOwnFolder(name: string): boolean {
  return name === ".git" || name === ".metacache";
}

function isDenied(error: unknown): boolean {
  const code = codeOf(error);
  return code === "EACCES" || code === "EPERM";
}
