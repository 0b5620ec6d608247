import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { installPackage } from "./install-package.ts";

// Packs the package, lints the tarball, and uses it as somebody who installed it: every entry point
// loads with nothing but the declared dependencies beside it, a cache gives back what it was given,
// the command indexes and answers, and all of it together is small (decision 35). All of this on
// the Node of the project, and on the oldest that `engines` names (decision 38).
const MAX_INSTALLED = 16_000_000;
const OLDEST_NODE = join(import.meta.dirname, "../oldest-node/node_modules/node/bin/node");

const directory = mkdtempSync(join(tmpdir(), "metacache-package-"));
try {
  const { tarball, folder } = installPackage(join(import.meta.dirname, "../.."), directory);
  const { buffer } = new Uint8Array(readFileSync(tarball));
  const { messages, pkg } = await publint({ pack: { tarball: buffer } });
  for (const message of messages) console.error(`${message.type}: ${formatMessage(message, pkg, { color: false })}`);

  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, unknown>>;
    readonly engines: { readonly node: string };
  };
  const oldest = execFileSync(OLDEST_NODE, ["--version"], { encoding: "utf8" }).trim();
  if (manifest.engines.node !== oldest.replace(/^v(\d+\.\d+)\.0$/, ">=$1"))
    throw new Error(`engines names Node ${manifest.engines.node}, and scripts/oldest-node has ${oldest}: change both`);
  const entries = Object.keys(manifest.exports).filter((entry) => !/\.json$|\*/.test(entry));
  const installed = sizeOfPackages(join(directory, "node_modules"));
  if (installed > MAX_INSTALLED) throw new Error(`an installed metacache takes ${installed} bytes, more than ${MAX_INSTALLED}`);
  copyFileSync(join(import.meta.dirname, "package-round-trip.js"), join(directory, "round-trip.js"));
  for (const node of [process.execPath, OLDEST_NODE]) use(node, folder, entries);
  if (messages.length === 0)
    console.log(
      `the package is sound: ${entries.length} entry points load, a cache and the command index and answer, on ${process.version} and ${oldest}; ` +
        `${Math.ceil(installed / 1e6)} MB installed`,
    );
  process.exitCode = messages.length === 0 ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function use(node: string, folder: string, entries: readonly string[]): void {
  for (const entry of entries)
    run(node, "--input-type=module", "--eval", `await import(${JSON.stringify(entry.replace(/^\./, "metacache"))})`);
  // Enough shell scripts that a worker reads them.
  const tree = mkdtempSync(join(directory, "tree-"));
  for (let file = 0; file < 40; file++) writeFileSync(join(tree, `file${file}.sh`), `f${file}() { :; }\n`);
  run(node, join(directory, "round-trip.js"), tree);
  for (const words of [["--version"], ["index", tree], ["get", "file39.sh", "--project", tree]]) {
    const said = run(node, join(folder, "bin/metacache.js"), ...words);
    if (said.includes("Warning")) throw new Error(`metacache ${words.join(" ")} on ${node} shows a warning of Node's: ${said}`);
  }
  const warn = `data:text/javascript,process.once("beforeExit",()=>process.emitWarning("of-another-kind"))`;
  if (!run(node, "--import", warn, join(folder, "bin/metacache.js"), "--version").includes("of-another-kind"))
    throw new Error(`the command on ${node} hides a warning that is not of SQLite`);
}

/** What the program wrote to its error output. */
function run(node: string, ...args: readonly string[]): string {
  const { status, stderr, stdout } = spawnSync(node, args, { cwd: directory, encoding: "utf8" });
  if (status !== 0) throw new Error(`${node} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return stderr;
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
