import { hash } from "node:crypto";

/** The digest of a file's bytes, as records have it: SHA-256 in hexadecimal. */
export function digestOf(bytes: Uint8Array): string {
  return hash("sha256", bytes);
}
