import { MetacacheError } from "../base/errors.ts";

/** For a read of a row that is there, and of which no record can be made: it is no absence (law 6). */
export function unreadableRecordError(path: string, why: string): MetacacheError {
  return new MetacacheError("E_RECORD", `the database's row for ${JSON.stringify(path)} cannot be read: ${why}`, {
    remedy: "store the record anew",
  });
}
