import { resolve } from "node:path";
import { ConfigError, messageOf } from "../../base/errors.ts";
import { describe } from "../../base/validation.ts";
import { postgresLocation } from "./postgres-location.ts";

/** Where a database is, as the option `database` says it. */
export type DatabaseLocation =
  /** `file` is absolute. */
  | { readonly kind: "sqlite"; readonly file: string }
  /** `url` may hold a password: it is for the driver alone. */
  | { readonly kind: "postgres"; readonly url: string };

const FORMS = 'give "sqlite:./path/to/file", a plain path, or "postgres://user@host/database"';
/** Two characters or more: `C:\metadata.db` is a path. */
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]+):/;

/** The location fit to be shown: without a password. */
export function shownLocation(location: DatabaseLocation): string {
  return location.kind === "sqlite" ? location.file : postgresLocation(location.url);
}

/**
 * Parses the option `database`; a relative path starts at `baseDirectory`, without which it starts at the working directory. Throws `E_CONFIG`. Of anything that could
 * hold a password the message shows nothing but the scheme.
 */
export function parseDatabaseLocation(value: unknown, baseDirectory: string = "."): DatabaseLocation {
  if (typeof value !== "string") throw refuse(`must be a string, not ${describe(value)}`);
  const scheme = SCHEME.exec(value)?.[1]?.toLowerCase();
  if (scheme === "postgres" || scheme === "postgresql") {
    postgresLocation(value);
    return { kind: "postgres", url: value };
  }
  if (scheme !== undefined && scheme !== "sqlite") throw refuse(`the scheme "${scheme}:" is not known`);
  const path = scheme === undefined ? value : value.slice("sqlite:".length);
  if (path === "" || path === ":memory:") throw refuse("a database in memory cannot be shared by several connections; it needs a file");
  if (path.includes("\0")) throw refuse("a path must not contain a NUL character");
  if (scheme !== undefined && /^\/\/(?!\/)/.test(path)) throw refuse('"sqlite://" would be followed by a host, which SQLite has not');
  return { kind: "sqlite", file: absolutePath(baseDirectory, path) };
}

function absolutePath(baseDirectory: string, path: string): string {
  try {
    return resolve(baseDirectory, path);
  } catch (error) {
    throw refuse(`the path ${describe(path)} is relative to a working directory that is gone (${messageOf(error)})`);
  }
}

function refuse(problem: string): ConfigError {
  return new ConfigError("database", [problem], { remedy: FORMS });
}
