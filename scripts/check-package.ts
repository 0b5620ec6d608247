import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { installPackage } from "./install-package.ts";

// Packs the package, lints the tarball, and uses it as somebody who installed it: every entry point loads with nothing
// but the declared dependencies beside it, and the command answers.
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
  runNode(join(folder, "bin/metacache.js"), "--version");
  if (messages.length === 0) console.log(`the package is sound: ${entries.length} entry points load, and the command answers`);
  process.exitCode = messages.length === 0 ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function runNode(...args: readonly string[]): void {
  execFileSync(process.execPath, args, { cwd: directory, stdio: "inherit" });
}
