import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Random } from "../../testing/random.ts";

/** Random changes of a small git work tree, as people, editors and tools make them. */
export class TreeEdits {
  readonly #root: string;
  readonly #random: Random;
  #count = 0;

  constructor(root: string, random: Random) {
    this.#root = root;
    this.#random = random;
  }

  /** Makes a repository with two branches and some rules. */
  begin(): void {
    this.#git("init", "--quiet", "--initial-branch=main");
    this.#write(".gitignore", "*.log\nbuild/\n");
    for (let file = 0; file < 40; file++) this.#write(this.#anyPath(), this.#text());
    this.#commit("first");
    this.#git("switch", "--quiet", "--create", "other");
    for (let file = 0; file < 20; file++) this.#write(this.#anyPath(), this.#text());
    this.#commit("second");
  }

  /** Makes one change. Returns what it was. */
  edit(): string {
    const kinds = Object.keys(this.#edits);
    // Most changes are saves.
    const kind = this.#random.next() < 0.5 ? this.#random.pick(["in place", "atomic save"]) : this.#random.pick(kinds);
    this.#edits[kind]?.();
    return kind;
  }

  readonly #edits: Readonly<Record<string, () => void>> = {
    "in place": () => this.#write(this.#anyPath(), this.#text()),
    "atomic save": () => {
      const path = this.#anyPath();
      this.#write(`${path}.tmp~`, this.#text());
      this.#move(`${path}.tmp~`, path);
    },
    rename: () => this.#move(this.#anyPath(), this.#anyPath()),
    delete: () => rmSync(this.#at(this.#anyPath()), { force: true }),
    chmod: () => this.#ifThere(this.#anyPath(), (file) => chmodSync(file, this.#random.pick([0o644, 0o755, 0o600]))),
    touch: () => this.#ifThere(this.#anyPath(), (file) => utimesSync(file, new Date(), new Date(1e12 + this.#random.integer(1e9)))),
    "same size and time": () =>
      this.#ifThere(this.#anyPath(), (file) => {
        const { atime, mtime } = statSync(file);
        const text = readFileSync(file, "utf8");
        writeFileSync(file, text.replace(/f\d/, `f${this.#random.integer(10)}`));
        utimesSync(file, atime, mtime);
      }),
    "folder renamed": () => this.#move(this.#anyFolder(), `${this.#anyFolder()}/moved${this.#random.integer(2)}`),
    "folder removed": () => rmSync(this.#at(this.#anyFolder()), { recursive: true, force: true }),
    "folder made anew": () => {
      const folder = this.#anyFolder();
      rmSync(this.#at(folder), { recursive: true, force: true });
      for (let file = 0; file < 3; file++) this.#write(`${folder}/new${file}/n.ts`, this.#text());
    },
    "rules changed": () => this.#write(".gitignore", `*.log\n${this.#random.pick(["build/", "a/b/", "*.py", "!keep.log"])}\n`),
    "rules in a folder": () => {
      const file = `${this.#anyFolder()}/.gitignore`;
      if (existsSync(this.#at(file))) rmSync(this.#at(file));
      else this.#write(file, this.#random.pick(["*.py\n", "*.ts\n!m0.ts\n", "*\n"]));
    },
    "ignored files": () => {
      this.#write(`build/out${this.#random.integer(3)}.ts`, this.#text());
      this.#write(`x${this.#random.integer(3)}.log`, this.#text());
    },
    "ignored file tracked": () => {
      this.#write("build/forced.ts", this.#text());
      this.#git("add", "--force", "build/forced.ts");
    },
    "branch switched": () => {
      this.#commit("before the switch");
      this.#git("switch", "--quiet", this.#random.pick(["main", "other"]));
    },
    stashed: () => {
      this.#git("stash", "--quiet", "--include-untracked");
      if (this.#random.next() < 0.5) this.#git("stash", "pop", "--quiet");
    },
  };

  #text(): string {
    return `export function f${this.#count++}() {}\n${"// filler\n".repeat(this.#random.integer(20))}`;
  }

  #anyFolder(): string {
    return this.#random.pick(["a", "a/b", "a/b/c", "d", "d/e", "build"]);
  }

  #anyPath(): string {
    const folder = this.#random.pick(["", "a/", "a/b/", "a/b/c/", "d/", "d/e/"]);
    return `${folder}m${this.#random.integer(8)}.${this.#random.pick(["ts", "py", "md"])}`;
  }

  #at(path: string): string {
    return join(this.#root, path);
  }

  #write(path: string, text: string): void {
    const file = this.#at(path);
    mkdirSync(dirname(file), { recursive: true });
    if (existsSync(file) && statSync(file).isDirectory()) return;
    writeFileSync(file, text);
  }

  #move(from: string, to: string): void {
    if (from === to || !existsSync(this.#at(from)) || to.startsWith(`${from}/`)) return;
    mkdirSync(dirname(this.#at(to)), { recursive: true });
    rmSync(this.#at(to), { recursive: true, force: true });
    renameSync(this.#at(from), this.#at(to));
  }

  #ifThere(path: string, change: (file: string) => void): void {
    if (existsSync(this.#at(path))) change(this.#at(path));
  }

  #commit(message: string): void {
    this.#git("add", "--all");
    this.#git("commit", "--quiet", "--allow-empty", "--message", message);
  }

  /** A command that git refuses, such as a stash that no longer fits, is a change all the same. */
  #git(...args: readonly string[]): void {
    const identity = ["-c", "user.name=proof", "-c", "user.email=proof@example.org", "-c", "gc.auto=0"];
    try {
      execFileSync("git", [...identity, ...args], { cwd: this.#root, stdio: "ignore" });
    } catch {
      return;
    }
  }
}
