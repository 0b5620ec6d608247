import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

// Installs what a folder with a package.json of its own needs, if it is not installed yet or its
// lock file has changed. Such packages are large and only one check needs them, so `npm ci` of the
// project leaves them out.
const [name = ""] = process.argv.slice(2);
const folder = join(import.meta.dirname, "../..", name);
const lock = join(folder, "package-lock.json");
const installed = join(folder, "node_modules/.package-lock.json");
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  console.error(`installing what ${name}/package-lock.json says`);
  const { status } = spawnSync("npm", ["ci", "--prefix", folder, "--no-audit", "--no-fund"], {
    stdio: ["ignore", process.stderr, "inherit"],
    shell: process.platform === "win32",
  });
  process.exitCode = status ?? 1;
}
