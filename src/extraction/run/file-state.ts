import type { Stats } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { join, sep } from "node:path";

import { codeOf, isAbsence, messageOf } from "../../base/errors.ts";
import { openDatabaseUse } from "../../files/read-file.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { SkipReason } from "./skip-reason.ts";

/** What a listed path is on disk now. Tells this without reading the file. */
export type FileState =
  | { readonly kind: "file"; readonly size: number; readonly modifiedAt: number; readonly state: string }
  | { readonly kind: "skipped"; readonly reason: SkipReason; readonly detail?: string; readonly size?: number }
  | { readonly kind: "absent" };

/** Looks at one path. Never opens it, so a pipe without a writer does not block. */
export async function inspectFile(root: string, path: ProjectPath, maxBytes: number): Promise<FileState> {
  const absolute = join(root, path);
  try {
    const found = await lstat(absolute);
    if (found.isSymbolicLink()) return await inspectSymbolicLink(root, absolute);
    // A directory that has replaced a file which git tracks. Its files are listed separately.
    if (found.isDirectory()) return { kind: "absent" };
    if (!found.isFile()) return { kind: "skipped", reason: "special" };
    if (found.size > maxBytes) return openDatabaseUse(found) === "database" ? DATABASE : tooLarge(found.size, maxBytes);
    return { kind: "file", size: found.size, modifiedAt: found.mtimeMs, state: stateOf(found) };
  } catch (error) {
    return isAbsence(error) ? { kind: "absent" } : { kind: "skipped", reason: "unreadable", detail: messageOf(error) };
  }
}

/**
 * Returns the change time and the inode, which belong to the file system alone. Tools can restore
 * the size and the modification time.
 */
export function stateOf({ ctimeMs, ino }: Pick<Stats, "ctimeMs" | "ino">): string {
  return `${ctimeMs} ${ino}`;
}

const DATABASE: FileState = { kind: "skipped", reason: "database" };

export function tooLarge(size: number, maxBytes: number): FileState & { readonly kind: "skipped" } {
  return { kind: "skipped", reason: "too-large", detail: `${size} bytes, over ${maxBytes}`, size };
}

/**
 * Never follows a symbolic link: its target is indexed under its own name, or belongs to another
 * project.
 */
async function inspectSymbolicLink(root: string, absolute: string): Promise<FileState> {
  try {
    const target = await realpath(absolute);
    const inside = target === root || target.startsWith(root.endsWith(sep) ? root : root + sep);
    return { kind: "skipped", reason: inside ? "link" : "link-outside", detail: `to ${target}` };
  } catch (error) {
    if (isAbsence(error) || codeOf(error) === "ELOOP") return { kind: "skipped", reason: "link-broken" };
    return { kind: "skipped", reason: "link-outside", detail: messageOf(error) };
  }
}
