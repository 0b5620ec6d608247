import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, statSync, type Stats } from "node:fs";

import { codeOf, MetacacheError } from "../base/errors.ts";
import {
  type DatabaseUse,
  databaseBeside,
  findOpenDatabases,
  HEAD_BYTES,
  identityOf,
  isDatabaseHead,
  isTextHead,
  lookAt,
} from "./open-databases.ts";

/** A regular file, as long as it is open. */
export interface OpenedFile {
  readonly fd: number;
  readonly stats: Stats;
}

/** The result of a try to read a file. */
export type FileUse<T> =
  | { readonly kind: "used"; readonly value: T }
  /** The file belongs to SQLite. Nothing of it was used. */
  | { readonly kind: "database" }
  /** Something in this process writes to the file, and it may be a database. */
  | { readonly kind: "in-use" }
  /** It is not a regular file. */
  | { readonly kind: "special" };

/**
 * Opens a file of somebody else's tree, passes it to `use`, and closes it. This program reads such
 * files in no other way. Never touches a database that this process uses (see `findOpenDatabases`):
 * does not open such a file, and if a file turns out to be in use after it was opened, never closes
 * it. Does not wait for the other end of a pipe. Throws what the system throws.
 *
 * `seen` says what the file was when it was last looked at. Cost: three system calls more than to
 * open, read and close.
 */
export function withFile<T>(absolute: string, seen: Stats, use: (file: OpenedFile) => T, followsLinks: boolean = false): FileUse<T> {
  if (!seen.isFile()) return { kind: "special" };
  const known = openDatabaseUse(seen);
  if (known === "database" || belongsToDatabase(absolute)) return { kind: "database" };
  if (known === "possible") return { kind: "in-use" };
  return openAndUse(absolute, use, followsLinks);
}

/**
 * Returns how something in this process uses the file as a database, by the newest list of the
 * process's descriptors.
 */
export function openDatabaseUse(stats: Stats): DatabaseUse | undefined {
  if (uses++ % USES_A_LOOK === 0) databases = findOpenDatabases();
  if (!databases.has(identityOf(stats))) return undefined;
  // The file with this identity may be gone, and another file may have its identity now.
  databases = findOpenDatabases();
  return databases.get(identityOf(stats));
}

/**
 * Returns the text of a small file. Throws what the system throws, and `E_SOURCE` if the file must
 * not be read.
 */
export function readSmallFile(absolute: string, followsLinks: boolean = false): string {
  const found = withFile(absolute, followsLinks ? statSync(absolute) : lstatSync(absolute), readSmall, followsLinks);
  switch (found.kind) {
    case "used":
      return found.value;
    case "special":
      throw new MetacacheError("E_SOURCE", "it is not a regular file");
    case "database":
      throw new MetacacheError("E_SOURCE", "it is a database");
    case "in-use":
      throw new MetacacheError("E_SOURCE", "this process is writing to it");
  }
}

const MAX_SMALL_BYTES = 1 << 20;
const USES_A_LOOK = 64;

let uses = 0;
let databases: ReadonlyMap<string, DatabaseUse> = new Map();

function readSmall({ fd, stats }: OpenedFile): string {
  if (stats.size > MAX_SMALL_BYTES)
    throw new MetacacheError("E_SOURCE", `it has ${stats.size} bytes, more than the ${MAX_SMALL_BYTES} that are allowed`);
  const buffer = Buffer.alloc(stats.size);
  return buffer.toString("utf8", 0, readFully(fd, buffer, 0, buffer.length));
}

/**
 * Fills `bytes` from `start` to `end`, or to the end of the file. The offsets are the same in
 * `bytes` and in the file. Returns the offset where it stopped.
 */
export function readFully(fd: number, bytes: Buffer, start: number, end: number): number {
  let offset = start;
  while (offset < end) {
    const bytesRead = readSync(fd, bytes, offset, end - offset, offset);
    if (bytesRead === 0) break;
    offset += bytesRead;
  }
  return offset;
}

function refusal(use: DatabaseUse): FileUse<never> {
  return { kind: use === "database" ? "database" : "in-use" };
}

function openAndUse<T>(absolute: string, use: (file: OpenedFile) => T, followsLinks: boolean): FileUse<T> {
  const fd = openSync(absolute, followsLinks ? OPEN_FLAGS : OPEN_FLAGS | (constants.O_NOFOLLOW ?? 0));
  let isText = false;
  let inUse: DatabaseUse | undefined;
  let found: FileUse<T>;
  try {
    const stats = fstatSync(fd);
    const buffer = Buffer.alloc(stats.isFile() ? Math.min(HEAD_BYTES, stats.size) : 0);
    const head = buffer.subarray(0, readFully(fd, buffer, 0, buffer.length));
    isText = isTextHead(head);
    if (!stats.isFile()) found = { kind: "special" };
    else if (isDatabaseHead(head)) found = { kind: "database" };
    else found = { kind: "used", value: use({ fd, stats }) };
  } finally {
    // As late as possible: between this check and the close there is nothing but the call.
    if (!isText) inUse = findOpenDatabases(fd).get(identityOf(fstatSync(fd)));
    if (inUse === undefined) closeSync(fd);
  }
  return inUse === undefined ? found : refusal(inUse);
}

/** If a pipe takes the place of the file between two checks, opening it must not block. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Returns true if the file has the name of a log or journal of the database beside it. An empty
 * file counts as a database, because it may become one at any moment.
 */
function belongsToDatabase(absolute: string): boolean {
  const base = databaseBeside(absolute);
  const stats = base === undefined ? undefined : lookAt(base);
  if (base === undefined || stats?.isFile() !== true) return false;
  if (stats.size === 0 || openDatabaseUse(stats) !== undefined) return true;
  try {
    return openAndUse(base, () => undefined, false).kind !== "used";
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}
