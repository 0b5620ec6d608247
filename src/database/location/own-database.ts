import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { ConfigError, messageOf } from "../../base/errors.ts";
import { type DatabaseLocation, shownLocation } from "./database-location.ts";

/**
 * Throws `E_CONFIG` unless the database is a file inside the project's folder, after following
 * symbolic links. The files of a project must not name any other place: a stranger may have written
 * them, and could choose which file of the user or which server is read and written.
 */
export async function assertOwnDatabase(root: string, location: DatabaseLocation, source: string): Promise<void> {
  const remedy = "give it by the flag --db, the variable METACACHE_DATABASE or the option database of the call";
  const refuse = (why: string): ConfigError =>
    new ConfigError(source, [`the database ${shownLocation(location)} ${why}: only you may choose such a place, not the project`], {
      remedy,
    });
  if (location.kind !== "sqlite") throw refuse("is on a server");
  let file: string;
  try {
    file = await resolveLinks(location.file);
  } catch (error) {
    throw refuse(`is behind a broken symbolic link (${messageOf(error)})`);
  }
  const within = relative(root, file);
  if (within === ".." || within.startsWith(`..${sep}`) || isAbsolute(within)) throw refuse(`is outside of ${root}`);
}

/**
 * Returns the real path of a file, also of one that does not exist yet. Throws if a symbolic link
 * is broken.
 */
async function resolveLinks(path: string): Promise<string> {
  const exists = await lstat(path).then(
    () => true,
    () => false,
  );
  if (exists) return realpath(path);
  const folder = dirname(path);
  return folder === path ? path : join(await resolveLinks(folder), basename(path));
}
