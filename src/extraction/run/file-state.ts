import type { Stats } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { join, sep } from "node:path";

import { codeOf, isAbsence, messageOf } from "../../base/errors.ts";
import { openDatabaseUse } from "../../files/read-file.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { SkipReason } from "./skip-reason.ts";

/** What a listed path is on disk now, without reading it. */
export type FileState =
  | { readonly kind: "file"; readonly size: number; readonly modifiedAt: number; readonly state: string }
  | { readonly kind: "skipped"; readonly reason: SkipReason; readonly detail?: string; readonly size?: number }
  | { readonly kind: "absent" };

/** Looks at one path. Never opens it, so that a pipe without a writer does not block. */
export async function inspectFile(root: string, path: ProjectPath, maxBytes: number): Promise<FileState> {
  const absolute = join(root, path);
  try {
    const found = await lstat(absolute);
    if (found.isSymbolicLink()) return await inspectLink(root, absolute);
    // A directory under a file's name: a file that git tracks was replaced, and what is in it is
    // listed by itself.
    if (found.isDirectory()) return { kind: "absent" };
    if (!found.isFile()) return { kind: "skipped", reason: "special" };
    if (found.size > maxBytes) return openDatabaseUse(found) === "database" ? DATABASE : tooLarge(found.size, maxBytes);
    return { kind: "file", size: found.size, modifiedAt: found.mtimeMs, state: stateOf(found) };
  } catch (error) {
    return isAbsence(error) ? { kind: "absent" } : { kind: "skipped", reason: "unreadable", detail: messageOf(error) };
  }
}

/**
 * Size and modification time are what tools put back; the change time and the inode are the file
 * system's own.
 */
export function stateOf({ ctimeMs, ino }: Pick<Stats, "ctimeMs" | "ino">): string {
  return `${ctimeMs} ${ino}`;
}

const DATABASE: FileState = { kind: "skipped", reason: "database" };

export function tooLarge(size: number, maxBytes: number): FileState & { readonly kind: "skipped" } {
  return { kind: "skipped", reason: "too-large", detail: `${size} bytes, over ${maxBytes}`, size };
}

/**
 * A link is never followed: its target is indexed under its own name, or is none of this project's.
 */
async function inspectLink(root: string, absolute: string): Promise<FileState> {
  try {
    const target = await realpath(absolute);
    const inside = target === root || target.startsWith(root.endsWith(sep) ? root : root + sep);
    return { kind: "skipped", reason: inside ? "link" : "link-outside", detail: `to ${target}` };
  } catch (error) {
    if (isAbsence(error) || codeOf(error) === "ELOOP") return { kind: "skipped", reason: "link-broken" };
    return { kind: "skipped", reason: "link-outside", detail: messageOf(error) };
  }
}
