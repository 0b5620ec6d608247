import { resolve } from "node:path";
import { ConfigError, messageOf } from "../../base/errors.ts";
import { describe } from "../../base/validation.ts";
import { postgresLocation } from "./postgres-location.ts";

/** The place of a database, from the option `database`. */
export type DatabaseLocation =
  /** `file` is absolute. */
  | { readonly kind: "sqlite"; readonly file: string }
  /** `url` may contain a password, so only the driver may see it. */
  | { readonly kind: "postgres"; readonly url: string };

const FORMS = 'give "sqlite:./path/to/file", a plain path, or "postgres://user@host/database"';
/** The scheme has at least two characters, because `C:\metadata.db` is a path. */
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]+):/;

/** Returns the location without a password, so that it can be shown. */
export function shownLocation(location: DatabaseLocation): string {
  return location.kind === "sqlite" ? location.file : postgresLocation(location.url);
}

/**
 * Parses the option `database`. A relative path starts at `baseDirectory`, or at the working
 * directory if there is none. Throws `E_CONFIG`. If a value may contain a password, the message
 * shows only the scheme.
 */
export function parseDatabaseLocation(value: unknown, baseDirectory: string = "."): DatabaseLocation {
  if (typeof value !== "string") throw refuse(`must be a string, not ${describe(value)}`);
  const scheme = SCHEME.exec(value)?.[1]?.toLowerCase();
  if (scheme === "postgres" || scheme === "postgresql") {
    postgresLocation(value);
    return { kind: "postgres", url: value };
  }
  if (scheme !== undefined && scheme !== "sqlite") throw refuse(`the scheme "${scheme}:" is unknown`);
  const path = scheme === undefined ? value : value.slice("sqlite:".length);
  if (path === "" || path === ":memory:") throw refuse("several connections cannot share a database in memory, so metacache needs a file");
  if (path.includes("\0")) throw refuse("a path must not contain a NUL character");
  if (scheme !== undefined && /^\/\/(?!\/)/.test(path)) throw refuse('a host would follow "sqlite://", but SQLite has no hosts');
  return { kind: "sqlite", file: absolutePath(baseDirectory, path) };
}

function absolutePath(baseDirectory: string, path: string): string {
  try {
    return resolve(baseDirectory, path);
  } catch (error) {
    throw refuse(`the path ${describe(path)} is relative to a working directory that no longer exists (${messageOf(error)})`);
  }
}

function refuse(problem: string): ConfigError {
  return new ConfigError("database", [problem], { remedy: FORMS });
}
