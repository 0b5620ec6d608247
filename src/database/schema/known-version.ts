import { DatabaseUnavailableError, MetacacheError } from "../../base/errors.ts";

/**
 * The schema's version, if this program knows it. Another process may bring a newer schema at any time: checked with everything that is read.
 * The row that tells the version also says which database this is. Without it (`found` is undefined) nothing here can be relied on.
 */
export function knownVersion(found: unknown, known: number, location: string, remedyIfLost: string): number {
  if (found === undefined)
    throw new DatabaseUnavailableError("corrupt", `the database ${location} has lost its identity`, { remedy: remedyIfLost });
  const version = Number(found);
  if (version <= known) return version;
  const problem = `the database ${location} has schema version ${version}, and this metacache knows versions up to ${known}`;
  throw new MetacacheError("E_SCHEMA_TOO_NEW", problem, {
    remedy: "install the newer metacache that has written it, or give it another database",
  });
}
