import type { Clock } from "../../base/clock.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import { readSourceFile } from "../read-source-file.ts";
import type { SourceFile } from "../tree/source-file.ts";
import type { StaleFile } from "./index-run.ts";
import type { SourceNotes } from "./record-sink.ts";

/** What files of a tree are looked up by. */
export interface TakingOver {
  readonly root: string;
  readonly maxFileBytes: number;
  readonly clock: Clock;
  readonly extractorVersion: string;
  readonly languageOf: (file: SourceFile) => string;
  readonly source: SourceNotes;
  /** Whether to stop at once. */
  readonly isOver: () => boolean;
  /** Called for each file whose record was found: `record` is the file's own. */
  readonly take: (file: StaleFile, record: FileMetadata, state: string | undefined) => Promise<void>;
}

/**
 * Takes over the records of files whose bytes the database knows already: of another worktree, of another branch, under another name. Nothing is
 * parsed for them. Returns the files that are left. Gives up after the first files if none of them is known: their tree has
 * nothing in common with what the database has, and reading it twice would cost a twentieth of the run.
 */
export async function takeOver(files: readonly StaleFile[], by: TakingOver): Promise<readonly StaleFile[]> {
  if (files.length === 0 || !(await by.source.hasExtracted())) return files;
  const left: StaleFile[] = [];
  for (let start = 0; start < files.length && !by.isOver(); start += LOOKED_UP_AT_ONCE) {
    const slice = files.slice(start, start + LOOKED_UP_AT_ONCE);
    left.push(...(await takeOverSome(slice, by)));
    const tried = start + slice.length;
    if (tried >= TRIED && left.length === tried) return [...left, ...files.slice(tried)];
  }
  return left;
}

async function takeOverSome(files: readonly StaleFile[], by: TakingOver): Promise<readonly StaleFile[]> {
  const { extractorVersion } = by;
  const read = new Map<StaleFile, ReadFile>();
  for (const file of files) {
    if (by.isOver()) return [];
    const found = await readSourceFile(by.root, file.path, by.maxFileBytes, by.clock);
    // What was only touched, or is skipped, is seen to by whoever takes the files that are left.
    if (found.kind !== "read" || found.file.digest === file.known?.digest) continue;
    const { digest, modifiedAt, state, bytes } = found.file;
    read.set(file, { digest, modifiedAt, state, size: bytes.length, language: by.languageOf(found.file) });
    await by.clock.yield();
  }
  const contents = [...read.values()].map(({ digest, language }) => ({ digest, language, extractorVersion }));
  const known = new Map((await by.source.extracted(contents)).map((record) => [keyOf(record), record]));
  const left: StaleFile[] = [];
  for (const file of files) {
    const own = read.get(file);
    const record = own === undefined ? undefined : known.get(keyOf(own));
    if (own === undefined || record === undefined) left.push(file);
    else await by.take(file, { ...record, path: file.path, size: own.size, modifiedAt: own.modifiedAt }, own.state);
  }
  return left;
}

interface ReadFile {
  readonly digest: string;
  readonly language: string;
  readonly size: number;
  readonly modifiedAt: number;
  readonly state: string | undefined;
}

function keyOf({ digest, language }: Pick<FileMetadata, "digest" | "language">): string {
  return `${digest} ${language}`;
}

const LOOKED_UP_AT_ONCE = 200;
const TRIED = 400;
