import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

/** A package installed from its tarball, beside the dependencies that it declares and no others. */
export interface InstalledPackage {
  readonly tarball: string;
  /** `node_modules/metacache`, as a user has it. */
  readonly folder: string;
}

/**
 * Builds the sources at `root`, packs them, and installs the tarball into `directory` as a user
 * would have it, without touching `dist` or the network: dependencies are links to those of `root`.
 * `tools` are further packages to link.
 */
export function installPackage(root: string, directory: string, tools: readonly string[] = []): InstalledPackage {
  const stage = join(directory, "stage");
  run(root, process.execPath, [
    join(root, "node_modules/typescript/bin/tsc"),
    "-p",
    "tsconfig.build.json",
    "--outDir",
    join(stage, "dist"),
  ]);
  run(root, process.execPath, [join(root, "scripts/package/bundle-command.ts"), join(stage, "dist/command")]);
  run(root, process.execPath, [join(root, "scripts/package/pack-grammars.ts"), join(stage, "dist/grammars")]);
  for (const name of ["package.json", "bin", "man", "schemas", "README.md", "LICENSE", "CHANGELOG.md"]) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(stage, name), { recursive: true });
  }
  run(stage, "npm", ["pack", "--ignore-scripts", "--pack-destination", directory]);
  const tarball = readdirSync(directory).find((name) => name.endsWith(".tgz")) ?? "";

  const modules = join(directory, "node_modules");
  const folder = join(modules, "metacache");
  mkdirSync(folder, { recursive: true });
  run(directory, "tar", ["-xzf", join(directory, tarball), "--strip-components=1", "-C", folder]);

  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const name of [...Object.keys(manifest.dependencies), ...tools]) link(join(root, "node_modules", name), join(modules, name));
  link(process.execPath, join(modules, ".bin", "node"));
  link(join(folder, "bin/metacache.js"), join(modules, ".bin", "metacache"));
  chmodSync(join(folder, "bin/metacache.js"), 0o755);
  return { tarball: join(directory, tarball), folder };
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/** What a failing command wrote becomes part of the error. */
function run(directory: string, command: string, args: readonly string[]): void {
  try {
    execFileSync(command, args, { cwd: directory, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
