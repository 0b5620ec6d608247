import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

// What the benchmark compares with is no dependency of the project: it is installed into `bench/` when it is needed first,
// and again after its lock file changed.
const folder = import.meta.dirname;
const lock = join(folder, "package-lock.json");
const installed = join(folder, "node_modules/.package-lock.json");
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
  console.error("installing what the benchmark compares with (bench/package-lock.json)");
  const { status } = spawnSync("npm", ["ci", "--prefix", folder, "--no-audit", "--no-fund"], {
    stdio: ["ignore", process.stderr, "inherit"],
    shell: process.platform === "win32",
  });
  process.exitCode = status ?? 1;
}
