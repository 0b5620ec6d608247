import { createHash } from "node:crypto";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { recordOf } from "../support/small-records.ts";

/** A record that carries a checksum of all the rest of itself; `modifiedAt` counts its versions. */
export function checkedRecord(path: string, version: number, weight: number): FileMetadata {
  const functions = [`f${version % 5}`, ...Array.from({ length: weight }, (_, number) => `g${number}_${version}`)];
  const record = recordOf({ path, modifiedAt: version, size: weight, functions, intent: `${"words ".repeat(weight * 5)}${version}` });
  return { ...record, digest: hashOf(record) };
}

/** Of all that differs between two records here, in one order whatever way the record has come. */
export function hashOf({ path, size, modifiedAt, headerSections, functions }: FileMetadata): string {
  const names = functions.map(({ name }) => name);
  return createHash("sha1")
    .update(JSON.stringify([path, size, modifiedAt, headerSections.intent, names]))
    .digest("hex");
}
