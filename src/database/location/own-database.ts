import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { ConfigError, messageOf } from "../../base/errors.ts";
import { type DatabaseLocation, shownLocation } from "./database-location.ts";

/**
 * Throws `E_CONFIG` unless the database is a file within the project's folder, whatever links lead there. A project's own files may say no
 * more: whoever wrote them may be a stranger, and would choose which file of this user, or which server, is read and written.
 */
export async function assertOwnDatabase(root: string, location: DatabaseLocation, source: string): Promise<void> {
  const remedy = "give it by the flag --db, the variable METACACHE_DATABASE or the option database of the call";
  const refuse = (why: string): ConfigError =>
    new ConfigError(source, [`the database ${shownLocation(location)} ${why}, where only you may put it, not the project`], { remedy });
  if (location.kind !== "sqlite") throw refuse("is on a server");
  let file: string;
  try {
    file = await resolveLinks(location.file);
  } catch (error) {
    throw refuse(`is behind a link that leads nowhere (${messageOf(error)})`);
  }
  const within = relative(root, file);
  if (within === ".." || within.startsWith(`..${sep}`) || isAbsolute(within)) throw refuse(`is outside of ${root}`);
}

/** The real path of what is there, or will be there once it is made. Throws where a link leads nowhere. */
async function resolveLinks(path: string): Promise<string> {
  const exists = await lstat(path).then(
    () => true,
    () => false,
  );
  if (exists) return realpath(path);
  const folder = dirname(path);
  return folder === path ? path : join(await resolveLinks(folder), basename(path));
}
