import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { installPackage } from "../../scripts/package/install-package.ts";
import type { DocExample } from "./doc-examples.ts";

const ROOT = join(import.meta.dirname, "../..");
const LIMIT_MS = 250_000;

export interface ExampleResult {
  readonly status: number | null;
  /** What it wrote to both streams. */
  readonly output: string;
}

/**
 * Runs the examples of documents as a reader would: with the package installed, within a clone of
 * this repository.
 */
export class ExampleRunner {
  readonly #directory: string;

  /** Builds, packs and installs the package into `directory`, which must be empty. */
  constructor(directory: string) {
    this.#directory = directory;
    // `npm start` runs the command from its sources, which import commander: in a clone it is a dev
    // dependency.
    installPackage(ROOT, directory, ["typescript", "@types/node", "commander"]);
  }

  /**
   * Type-checks the TypeScript of a document, with the strictness that a careful user has; returns
   * what is wrong.
   */
  typeErrors(document: string, examples: readonly DocExample[]): string {
    const files = examples.filter(({ kind }) => kind === "ts").map((example) => this.#writeProgram(document, example));
    if (files.length === 0) return "";
    const options = {
      module: "nodenext",
      target: "es2024",
      types: ["node"],
      lib: ["es2024", "esnext.disposable"],
      strict: true,
      noEmit: true,
    };
    const config = join(this.#directory, "tsconfig.json");
    writeFileSync(config, JSON.stringify({ compilerOptions: { ...options, exactOptionalPropertyTypes: true }, files }));
    const { status, output } = this.#run(this.#directory, process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", config]);
    return status === 0 ? "" : output;
  }

  /**
   * A clone of this repository as it is now, uncommitted files included, for one document's
   * examples to share.
   */
  openWorkspace(name: string): string {
    const workspace = join(this.#directory, "workspaces", name);
    mkdirSync(workspace, { recursive: true });
    const files = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    const deleted = new Set(execFileSync("git", ["ls-files", "-z", "--deleted"], { cwd: ROOT, encoding: "utf8" }).split("\0"));
    for (const file of files.split("\0")) {
      if (file === "" || deleted.has(file)) continue;
      mkdirSync(dirname(join(workspace, file)), { recursive: true });
      cpSync(join(ROOT, file), join(workspace, file));
    }
    execFileSync("git", ["init", "--quiet"], { cwd: workspace });
    symlinkSync(join(this.#directory, "node_modules"), join(workspace, "node_modules"));
    // Within a package, npx starts that package's own command.
    symlinkSync(join(this.#directory, "node_modules/metacache/dist"), join(workspace, "dist"));
    writeFileSync(join(workspace, ".git/info/exclude"), "/node_modules\n/dist\n");
    execFileSync("git", ["add", "--all"], { cwd: workspace });
    return workspace;
  }

  run(workspace: string, document: string, example: DocExample): ExampleResult {
    if (example.kind === "ts") return this.#run(workspace, process.execPath, [this.#writeProgram(document, example)]);
    return this.#run(workspace, "bash", ["-euo", "pipefail", "-c", example.code]);
  }

  /**
   * Outside the clone: its `package.json` is named metacache, and a program there would import the
   * sources' own build.
   */
  #writeProgram(document: string, { line, code }: DocExample): string {
    const file = join(this.#directory, `${document.replaceAll(/\W/g, "-")}-${line}.mts`);
    writeFileSync(file, `${code}\nexport {};\n`);
    return file;
  }

  #run(cwd: string, command: string, args: readonly string[]): ExampleResult {
    const ours = Object.keys(process.env).filter(
      (name) => name.startsWith("METACACHE_") || name.startsWith("npm_") || name.startsWith("VITEST"),
    );
    const env = { ...process.env, ...Object.fromEntries(ours.map((name) => [name, undefined])), NO_COLOR: "1", NODE_OPTIONS: "" };
    const PATH = `${join(this.#directory, "node_modules/.bin")}:${process.env["PATH"]}`;
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd,
      env: { ...env, PATH },
      encoding: "utf8",
      timeout: LIMIT_MS,
      input: "",
    });
    return { status, output: `${stdout}${stderr}${error === undefined ? "" : error.message}` };
  }
}
