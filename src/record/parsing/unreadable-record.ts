import { MetacacheError } from "../../base/errors.ts";

/**
 * Returns the error for a row that exists but cannot be turned into a record. A read must not
 * answer that such a record is absent (law 6).
 */
export function unreadableRecordError(path: string, why: string): MetacacheError {
  return new MetacacheError("E_RECORD", `the database's row for ${JSON.stringify(path)} cannot be read: ${why}`, {
    remedy: "store the record again",
  });
}
