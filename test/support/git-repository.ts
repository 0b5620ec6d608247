import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { jsonIn } from "./command.ts";
import { keptDirectory } from "./temporary-database.ts";

/** Nobody's own settings of git count. */
const SETTINGS = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "-c", "merge.ff=false"];

/** How a program ended, and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A repository of git in a folder of its own, with these files in its first commit. */
export class GitRepository {
  readonly root: string = keptDirectory();

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.git("init", "-q", "-b", "main");
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    if (Object.keys(files).length > 0) this.commit();
  }

  /** Throws if git fails. */
  git(...args: readonly string[]): string {
    return execFileSync("git", [...SETTINGS, ...args], { cwd: this.root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** Commits everything. */
  commit(): void {
    this.git("add", "-A");
    this.git("commit", "-qm", "x");
  }

  /** Runs git with hooks that may fail, and with these variables. */
  tryGit(args: readonly string[], environment: NodeJS.ProcessEnv): Ended {
    const env = { ...process.env, ...environment };
    const { status, stdout, stderr } = spawnSync("git", [...SETTINGS, ...args], { cwd: this.root, encoding: "utf8", env });
    return { code: status, stdout, stderr };
  }

  /** What `metacache check` finds here: `a.ts:1 never-existed docs/x.md`. */
  async findings(...args: readonly string[]): Promise<readonly string[]> {
    const { findings } = (await jsonIn(this.root, "check", ...args)) as {
      readonly findings: readonly { readonly path: string; readonly line: number; readonly code: string; readonly target: string }[];
    };
    return findings.map(({ path, line, code, target }) => `${path}:${line} ${code} ${target}`);
  }
}
