import { DatabaseUnavailableError, MetacacheError } from "../../base/errors.ts";

/**
 * Returns the schema's version, if this program knows it. Another process may install a newer
 * schema at any time, so every read checks the version. The row with the version also holds the
 * database's identity. If the row is missing (`found` is undefined), nothing in the database can be
 * trusted.
 */
export function knownVersion(found: unknown, known: number, location: string, remedyIfLost: string): number {
  if (found === undefined)
    throw new DatabaseUnavailableError("corrupt", `the database ${location} has no identity any more`, { remedy: remedyIfLost });
  const version = Number(found);
  if (version <= known) return version;
  const problem = `the database ${location} has schema version ${version}, but this metacache only knows versions up to ${known}`;
  throw new MetacacheError("E_SCHEMA_TOO_NEW", problem, {
    remedy: "install the newer metacache that wrote it, or give another database",
  });
}
