import { basename, join, sep } from "node:path";

import { lookAt } from "../../files/open-databases.ts";
import type { DirectoryRules } from "./directory-rules.ts";
import { type DirectoryWatches, isOwnFolder } from "./directory-watches.ts";
import type { EventBatch, WatchTask } from "./watch-messages.ts";

/**
 * What happened since the last batch. Events are only noted when they come, to drain the system's
 * queue first. After that the queue looks at each name once, and sets or ends the watches of
 * directories.
 */
export class EventQueue {
  readonly #task: WatchTask;
  readonly #rules: DirectoryRules;
  #events = 0;
  /** Names that had an event. True if one of its events was that the name came or went. */
  #names = new Map<string, boolean>();
  #cookies: string[] = [];
  #isLost = false;
  #rulesChanged = false;
  #head = false;
  #index = false;
  #root = false;

  constructor(task: WatchTask, rules: DirectoryRules) {
    this.#task = task;
    this.#rules = rules;
  }

  noteInTree(directory: string, name: string | null, isRename: boolean): void {
    this.#events++;
    // The system does not say which name: any file may have changed.
    if (name === null) {
      this.#isLost = true;
      return;
    }
    const within = directory === "" ? "" : `${directory}/`;
    const path = within + (sep === "/" ? name : name.replaceAll(sep, "/"));
    this.#names.set(path, isRename || this.#names.get(path) === true);
    // A watch also reports its own directory, under the name of that directory.
    if (isRename && name === basename(directory === "" ? this.#task.root : directory)) {
      if (directory === "") this.#root = true;
      else this.#names.set(directory, true);
    }
  }

  noteInGit(name: string | null): void {
    this.#events++;
    if (name === null || name === "HEAD") this.#head = true;
    if (name === null || name === "index") this.#index = true;
    if (name === "config" || name === "config.worktree") this.#rulesChanged = true;
  }

  noteInGitInfo(name: string | null): void {
    this.#events++;
    if (name === null || name === "exclude" || name === "sparse-checkout") this.#rulesChanged = true;
  }

  noteCookie(name: string | null): void {
    this.#events++;
    if (name !== null) this.#cookies.push(name);
  }

  /** Looks at all names that were noted. Throws what the system throws if it refuses a watch. */
  take(watches: DirectoryWatches): EventBatch {
    const names = this.#names;
    const events = this.#events;
    const batch = { cookies: this.#cookies, rules: this.#rulesChanged, head: this.#head, index: this.#index, root: this.#root };
    const overflow = this.#isLost || events >= this.#task.overflowAt;
    [this.#names, this.#events, this.#cookies, this.#isLost] = [new Map<string, boolean>(), 0, [], false];
    this.#rulesChanged = this.#head = this.#index = this.#root = false;
    const paths = new Set<string>();
    const ignored = new Set<string>();
    let rules = batch.rules;
    for (const [path, isRename] of names) rules = this.#look(path, isRename, watches, paths, ignored) || rules;
    // Other rules mean that other directories are watched. The receiver of this batch looks at
    // everything afterwards, so nothing that changes in between is missed.
    if (rules) {
      this.#rules.forget();
      if (!this.#task.recursive) watches.leave("");
      watches.enter("");
    } else if (overflow && !this.#task.recursive) {
      // A directory whose event was lost has no watch. A directory that was removed and made again
      // has a dead watch.
      watches.leave("");
      watches.enter("");
    }
    return { kind: "batch", events, ...batch, paths: [...paths], ignored: [...ignored], rules, overflow, directories: watches.size };
  }

  /** Looks at one name. Returns true if a rule may have changed. */
  #look(path: string, isRename: boolean, watches: DirectoryWatches, paths: Set<string>, ignored: Set<string>): boolean {
    const name = basename(path);
    if (path.startsWith(".git/") || path.includes("/.git/")) return this.#lookInGit(path);
    if (name === ".git") return isRename;
    if (isOwnFolder(name) || path.startsWith(".metacache/") || path.includes("/.metacache/")) {
      this.#lookForCookie(path);
      return false;
    }
    if (isRename) this.#rules.forgetIn(path);
    const isDirectory = lookAt(join(this.#task.root, path))?.isDirectory() === true;
    const isLeftOut = this.#task.recursive ? this.#rules.leavesOut(path, isDirectory) : this.#rules.ignores(path, isDirectory);
    if (watches.has(path) && (isRename || !isDirectory)) watches.leave(path);
    if (isLeftOut && !isDirectory) ignored.add(path);
    // A directory whose permissions or times changed still has the same files.
    else if (!isDirectory || isRename) paths.add(path);
    const isNew = this.#task.recursive ? isRename : !watches.has(path);
    if (!isDirectory || !isNew || !watches.isWanted(path, isLeftOut)) return name === ".gitignore";
    let rules = false;
    for (const file of watches.enter(path)) {
      (this.#rules.ignores(file, false) ? ignored : paths).add(file);
      rules ||= basename(file) === ".gitignore";
    }
    return rules;
  }

  /**
   * Looks at a file of git. Events of such files come here if one watch covers the whole tree.
   * Returns true if a rule of git may have changed.
   */
  #lookInGit(path: string): boolean {
    if (path === ".git/HEAD") this.#head = true;
    if (path === ".git/index") this.#index = true;
    return path === ".git/info/exclude" || path === ".git/config";
  }

  #lookForCookie(path: string): void {
    const { cookies, root } = this.#task;
    if (this.#task.recursive && cookies !== undefined && join(root, path).startsWith(cookies + sep)) this.#cookies.push(basename(path));
  }
}
