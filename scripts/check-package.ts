import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { installPackage } from "./install-package.ts";

// Packs the package, lints the tarball, and uses it as somebody who installed it: every entry point loads with nothing
// but the declared dependencies beside it, the command indexes and answers, and all of it together is small (decision 35).
const MAX_INSTALLED = 16_000_000;

const directory = mkdtempSync(join(tmpdir(), "metacache-package-"));
try {
  const { tarball, folder } = installPackage(join(import.meta.dirname, ".."), directory);
  const { buffer } = new Uint8Array(readFileSync(tarball));
  const { messages, pkg } = await publint({ pack: { tarball: buffer } });
  for (const message of messages) console.error(`${message.type}: ${formatMessage(message, pkg, { color: false })}`);

  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, unknown>>;
  };
  const entries = Object.keys(manifest.exports).filter((entry) => !entry.endsWith(".json"));
  for (const entry of entries) {
    runNode("--input-type=module", "--eval", `await import(${JSON.stringify(entry.replace(/^\./, "metacache"))})`);
  }
  const installed = sizeOfPackages(join(directory, "node_modules"));
  if (installed > MAX_INSTALLED) throw new Error(`an installed metacache takes ${installed} bytes, more than ${MAX_INSTALLED}`);
  // Enough shell scripts that a worker reads them.
  const tree = join(directory, "tree");
  mkdirSync(tree);
  for (let file = 0; file < 40; file++) writeFileSync(join(tree, `file${file}.sh`), `f${file}() { :; }\n`);
  for (const words of [["--version"], ["index", tree], ["get", "file39.sh", "--project", tree]])
    runNode(join(folder, "bin/metacache.js"), ...words);
  if (messages.length === 0)
    console.log(
      `the package is sound: ${entries.length} entry points load, and the command indexes and answers, ${Math.ceil(installed / 1e6)} MB installed`,
    );
  process.exitCode = messages.length === 0 ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function runNode(...args: readonly string[]): void {
  execFileSync(process.execPath, args, { cwd: directory, stdio: "inherit" });
}

/** Bytes of all packages in `modules`; links to them are followed. */
function sizeOfPackages(modules: string): number {
  const packages = readdirSync(modules).filter((name) => !name.startsWith("."));
  return packages.reduce((sum, name) => sum + sizeOf(realpathSync(join(modules, name))), 0);
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
