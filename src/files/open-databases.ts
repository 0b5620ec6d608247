import { fstatSync, lstatSync, readdirSync, readFileSync, readSync, type Stats } from "node:fs";

/**
 * `possible`: the file is open for writing, and its content does not show whether it is a database.
 */
export type DatabaseUse = "database" | "possible";

/** Returns a text that identifies a file under all its names. */
export function identityOf({ dev, ino }: Pick<Stats, "dev" | "ino">): string {
  return `${dev}:${ino}`;
}

/**
 * Returns the files that this process has open and that are SQLite's, or may be. The keys are their
 * identities. Asks the system for the descriptors of the process, so the answer covers every
 * thread, every library and every copy of this package. Cost: about 5 us for each descriptor.
 *
 * The reason: POSIX drops all locks that a process has on a file as soon as the process closes any
 * descriptor of that file. Code that opens and closes a database takes away the locks of all
 * connections to it (https://sqlite.org/howtocorrupt.html, 2.2).
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
      // The descriptor was closed meanwhile, or it is open only for writing. SQLite never opens a
      // file only for writing.
    }
  }
  return found;
}

/** The length of the longest beginning that identifies a database. */
export const HEAD_BYTES = 512;

/**
 * Returns true for the bytes that SQLite writes at the beginning of a database, of its write-ahead
 * log, of the log's index, and of its rollback journal.
 */
export function isDatabaseHead(head: Buffer): boolean {
  return SIGNATURES.some((signature) => head.subarray(0, signature.length).equals(signature));
}

/**
 * Returns true if no database begins with these bytes. An empty file may be a new database, and an
 * encrypted database has no signature.
 */
export function isTextHead(head: Buffer): boolean {
  return head.length > 0 && !head.includes(0);
}

/**
 * Returns the name of the database that this file would belong to as a log or a journal. Returns
 * `undefined` for any other name.
 */
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
  // Reads at a given offset, because the descriptor belongs to somebody else, and its own offset
  // must not move.
  const head = buffer.subarray(0, buffer.length === 0 ? 0 : readSync(fd, buffer, 0, buffer.length, 0));
  if (isDatabaseHead(head)) return "database";
  return isTextHead(head) || !isWritable(fd) ? undefined : "possible";
}

/**
 * Returns the descriptors of this process. If the system does not list them, returns all numbers
 * that are likely to be one.
 */
function listDescriptors(): readonly number[] {
  try {
    return readdirSync("/dev/fd").map(Number);
  } catch {
    return Array.from({ length: TRIED_DESCRIPTORS }, (_, fd) => fd);
  }
}

const TRIED_DESCRIPTORS = 1_024;

/** Returns true if the descriptor is open for writing, or if that cannot be found out. */
function isWritable(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))?.[1];
    return flags === undefined || (Number.parseInt(flags, 8) & ACCESS_MODE) !== 0;
  } catch {
    return true;
  }
}

const ACCESS_MODE = 3;

/**
 * Returns what a file is, without opening it. Returns `undefined` if the file does not exist, or if
 * this process may not look at it.
 */
export function lookAt(absolute: string): Stats | undefined {
  try {
    return lstatSync(absolute, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
