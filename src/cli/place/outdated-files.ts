import { compareValues } from "../../base/text/text-order.ts";
import { lstatSync, readSync } from "node:fs";
import { join } from "node:path";
import { codeOf } from "../../base/errors.ts";
import { digestOf } from "../../files/digest.ts";
import { withFile } from "../../files/read-file.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import type { Output } from "../terminal/output.ts";
import { counted } from "../../base/text/words.ts";
import type { Place } from "./place.ts";

/** The fields of a record that are compared with the file itself. */
export type ShownFile = Pick<FileMetadata, "path" | "size" | "modifiedAt">;

/** A file that no longer equals its record. */
export interface OutdatedFile {
  readonly path: string;
  readonly state: "changed" | "gone";
}

export const INDEX_AGAIN = "run `metacache index`";

/**
 * Returns the files that have changed or are gone since they were indexed. Costs one `lstat` per
 * file. If only the time of a file differs, and `recordedDigest` returns the digest of its record,
 * the file is read and compared by digest: a checkout sets new times. A file that cannot be looked
 * at is not in the result.
 */
export async function findOutdated(
  root: string,
  files: readonly ShownFile[],
  recordedDigest: (path: string) => Promise<string | undefined>,
): Promise<readonly OutdatedFile[]> {
  const outdated: OutdatedFile[] = [];
  const touched: ShownFile[] = [];
  for (const file of files) {
    const state = look(root, file);
    if (state === "touched") touched.push(file);
    else if (state !== "same") outdated.push({ path: file.path, state });
  }
  for (const { path, size } of touched) {
    const digest = await recordedDigest(path);
    if (digest === undefined || digestOfFile(join(root, path), size) !== digest) outdated.push({ path, state: "changed" });
  }
  return outdated.sort((one, other) => compareValues(one.path, other.path));
}

const SHOWN = 5;

/** Says on stderr which files of the answer have changed, and what to do. */
export function noteOutdated(output: Output, place: Place, outdated: readonly OutdatedFile[]): void {
  if (outdated.length === 0) return;
  for (const { path, state } of outdated.slice(0, SHOWN)) {
    output.note(`${place.shown(path)} ${state === "gone" ? "is gone" : "has changed"} since it was indexed`);
  }
  if (outdated.length > SHOWN) output.note(`and ${counted(outdated.length - SHOWN, "other file")} of this answer have changed or are gone`);
  output.note(`this answer is out of date: ${INDEX_AGAIN}`);
}

/** Returns the same for the document of `--json`. */
export function outdatedContent(outdated: readonly OutdatedFile[]): object {
  return { outdated: outdated.map((file) => ({ ...file, remedy: INDEX_AGAIN })) };
}

function look(root: string, { path, size, modifiedAt }: ShownFile): OutdatedFile["state"] | "same" | "touched" {
  try {
    const found = lstatSync(join(root, path), { throwIfNoEntry: false });
    if (found === undefined) return "gone";
    if (!found.isFile() || found.size !== size) return "changed";
    return found.mtimeMs === modifiedAt ? "same" : "touched";
  } catch (error) {
    const code = codeOf(error);
    return code === "ENOTDIR" || code === "ELOOP" ? "gone" : "same";
  }
}

/**
 * Returns the digest of the file. Returns `undefined` if the file cannot be read, or no longer has
 * that size.
 */
export function digestOfFile(file: string, size: number): string | undefined {
  try {
    const found = withFile(file, lstatSync(file), ({ fd, stats }) => {
      const bytes = Buffer.allocUnsafe(stats.size === size ? size : 0);
      let length = 0;
      for (let read = 1; read > 0 && length < bytes.length; length += read)
        read = readSync(fd, bytes, length, bytes.length - length, length);
      return length === size ? digestOf(bytes) : undefined;
    });
    return found.kind === "used" ? found.value : undefined;
  } catch {
    return undefined;
  }
}
