import { spawnSync } from "node:child_process";
import { readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The installed form of the command. Builds it again if its sources have changed since the last
 * build.
 */
export function builtCommand(): string {
  const bin = realpathSync(join(import.meta.dirname, "../../bin/metacache.js"));
  const root = dirname(dirname(bin));
  if (newest(join(root, "dist"), ".js") < newest(join(root, "src"), ".ts")) {
    const { status, stdout } = spawnSync("npm", ["run", "--silent", "build"], { cwd: root, encoding: "utf8" });
    if (status !== 0) throw new Error(`the command cannot be built in ${root}: ${stdout}`);
  }
  return bin;
}

/** When the newest file was changed; 0 if there is no file. */
function newest(folder: string, ending: string): number {
  try {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(ending));
    return files.reduce((latest, path) => Math.max(latest, statSync(join(folder, path)).mtimeMs), 0);
  } catch {
    return 0;
  }
}
