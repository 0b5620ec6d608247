import { cpSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * What `npm ci` leaves on every machine: some thousand real files. Copied, because a tree within
 * `node_modules` may be ignored.
 */
export function copySources(to: string, most: number): void {
  const from = join(import.meta.dirname, "../../node_modules");
  const files = readdirSync(from, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(?:[cm]?[jt]s|py)$/.test(path) && statSync(join(from, path)).isFile())
    .sort()
    .slice(0, most);
  for (const path of files) {
    const copy = join(to, path.replaceAll("node_modules", "modules"));
    mkdirSync(dirname(copy), { recursive: true });
    cpSync(join(from, path), copy);
  }
}
