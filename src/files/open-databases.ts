import { fstatSync, lstatSync, readdirSync, readFileSync, readSync, type Stats } from "node:fs";

/** `possible`: it is open for writing, and what is in it does not show whether it is a database. */
export type DatabaseUse = "database" | "possible";

/** Tells one file from every other, whatever name it was reached by. */
export function identityOf({ dev, ino }: Pick<Stats, "dev" | "ino">): string {
  return `${dev}:${ino}`;
}

/**
 * The files that this process has open and that are SQLite's, or may be: by their identity. Asks the system for the descriptors of the
 * process, so that it knows of every thread, every library and every copy of this package. Cost: some 5 us a descriptor.
 *
 * Why it matters: POSIX drops all locks that a process has on a file as soon as the process closes any descriptor of that file. Whoever
 * opens and closes a database takes away the locks of the connections to it (https://sqlite.org/howtocorrupt.html, 2.2).
 */
export function findOpenDatabases(except?: number): ReadonlyMap<string, DatabaseUse> {
  const found = new Map<string, DatabaseUse>();
  // Windows has no such locks.
  if (process.platform === "win32") return found;
  for (const fd of listDescriptors()) {
    if (fd === except) continue;
    try {
      const stats = fstatSync(fd);
      if (!stats.isFile()) continue;
      const use = useOf(fd, stats);
      const identity = identityOf(stats);
      if (use !== undefined && found.get(identity) !== "database") found.set(identity, use);
    } catch {
      // It was closed meanwhile, or is open for writing alone, as SQLite's never are.
    }
  }
  return found;
}

/** The longest of the heads that tell a database. */
export const HEAD_BYTES = 512;

/** True for what SQLite writes at the beginning of a database, its write-ahead log, the log's index and its rollback journal. */
export function isDatabaseHead(head: Buffer): boolean {
  return SIGNATURES.some((signature) => head.subarray(0, signature.length).equals(signature));
}

/** True for what no database begins with: an empty file may be one that was just made, and an encrypted one has no signature. */
export function isTextHead(head: Buffer): boolean {
  return head.length > 0 && !head.includes(0);
}

/** The name of the database that this file would belong to if that is one; `undefined` for any other name. */
export function databaseBeside(absolute: string): string | undefined {
  return /^(.*[^/\\])-(?:wal|shm|journal)$/s.exec(absolute)?.[1];
}

const SIGNATURES: readonly Buffer[] = [
  Buffer.from("SQLite format 3\0"),
  Buffer.from("377f0682", "hex"),
  Buffer.from("377f0683", "hex"),
  Buffer.from("18e22d0000000000", "hex"),
  Buffer.from("002de21800000000", "hex"),
  Buffer.from("d9d505f920a163d7", "hex"),
];

function useOf(fd: number, stats: Stats): DatabaseUse | undefined {
  const buffer = Buffer.alloc(Math.min(HEAD_BYTES, stats.size));
  // At a position: the descriptor is another one's, and its own position must stay.
  const head = buffer.subarray(0, buffer.length === 0 ? 0 : readSync(fd, buffer, 0, buffer.length, 0));
  if (isDatabaseHead(head)) return "database";
  return isTextHead(head) || !isWritable(fd) ? undefined : "possible";
}

/** Descriptors without a list of them are tried one by one. */
function listDescriptors(): readonly number[] {
  try {
    return readdirSync("/dev/fd").map(Number);
  } catch {
    return Array.from({ length: TRIED_DESCRIPTORS }, (_, fd) => fd);
  }
}

const TRIED_DESCRIPTORS = 1_024;

/** Where that cannot be found out, it might be. */
function isWritable(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))?.[1];
    return flags === undefined || (Number.parseInt(flags, 8) & ACCESS_MODE) !== 0;
  } catch {
    return true;
  }
}

const ACCESS_MODE = 3;

/** Looks without opening; `undefined` where there is nothing, or nothing that may be looked at. */
export function lookAt(absolute: string): Stats | undefined {
  try {
    return lstatSync(absolute, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
