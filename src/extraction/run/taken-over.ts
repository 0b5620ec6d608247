import type { Clock } from "../../base/clock.ts";
import { Slices } from "../../base/slices.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { readSourceFile } from "../read-source-file.ts";
import type { SourceFile } from "../tree/source-file.ts";
import type { StaleFile } from "./index-run.ts";
import type { CopiedFile, SourceNotes } from "./record-sink.ts";
import type { ReadFile, RecordWriter } from "./record-writer.ts";

/** How to look up the files of a tree. */
export interface TakingOver {
  readonly root: string;
  readonly maxFileBytes: number;
  readonly clock: Clock;
  readonly extractorVersion: string;
  readonly languages?: readonly string[] | undefined;
  readonly languageOf: (file: SourceFile) => string;
  readonly source: SourceNotes;
  readonly writer: RecordWriter;
  /** True if the look-up must stop at once. */
  readonly isOver: () => boolean;
}

export interface TakenOver {
  /** The files that now have their record. */
  readonly taken: readonly ProjectPath[];
  readonly left: readonly StaleFile[];
}

/**
 * Takes over the records of files whose bytes the database already knows: from another worktree,
 * another branch or another path. The database copies the records, and nothing is parsed. Gives up
 * after the first files if the database knows none of them: then the tree has nothing in common
 * with the database, and reading it twice would cost a twentieth of the run.
 */
export async function takeOver(files: readonly StaleFile[], by: TakingOver): Promise<TakenOver> {
  if (files.length === 0 || !(await by.source.hasOthers())) return { taken: [], left: files };
  const copies = new Map<StaleFile, Copy>();
  const slices = new Slices(by.clock);
  for (let start = 0; start < files.length && !by.isOver();) {
    const end = start + (copies.size === 0 ? TRIED_AT_ONCE : COPIED_AT_ONCE);
    await copySome(files.slice(start, end), by, copies, slices);
    if (end >= TRIED && copies.size === 0) break;
    start = end;
  }
  return countCopies(files, by, copies);
}

interface Copy {
  readonly read: ReadFile;
  readonly copied: CopiedFile;
}

async function copySome(files: readonly StaleFile[], by: TakingOver, copies: Map<StaleFile, Copy>, slices: Slices): Promise<void> {
  const { extractorVersion, languages } = by;
  const reads = new Map<ProjectPath, { readonly stale: StaleFile; readonly read: ReadFile }>();
  for (const stale of files) {
    if (by.isOver()) return;
    const { path, known } = stale;
    const found = await readSourceFile(by.root, path, by.maxFileBytes, by.clock);
    if (slices.isOver) await slices.pause();
    // The later steps of the run handle files that were only touched, and files that are skipped.
    if (found.kind !== "read" || found.file.digest === known?.digest) continue;
    const { digest, modifiedAt, state, bytes } = found.file;
    const language = by.languageOf(found.file);
    if (languages?.includes(language) === false) continue;
    const file = { path, size: bytes.length, modifiedAt, digest, language, extractorVersion };
    reads.set(path, { stale, read: { file, known, state } });
  }
  for (const copied of await by.writer.copy([...reads.values()].map(({ read }) => read))) {
    const found = reads.get(copied.path);
    if (found !== undefined) copies.set(found.stale, { read: found.read, copied });
  }
}

/** A copy that cannot be read does not count: its file is parsed. */
async function countCopies(files: readonly StaleFile[], by: TakingOver, copies: ReadonlyMap<StaleFile, Copy>): Promise<TakenOver> {
  const paths = [...copies.keys()].map(({ path }) => path);
  const unreadable = new Set(paths.length === 0 || by.isOver() ? [] : await by.source.unreadable(paths));
  const taken: ProjectPath[] = [];
  const left: StaleFile[] = [];
  for (const file of files) {
    const copy = copies.get(file);
    if (copy === undefined || unreadable.has(file.path)) {
      left.push(file);
      continue;
    }
    taken.push(file.path);
    by.writer.countCopied(copy.copied, copy.read);
  }
  return { taken, left };
}

const TRIED_AT_ONCE = 200;
const TRIED = 400;
/**
 * Each transaction writes most pages of the index over digests, so few large transactions write
 * less than many small ones. Other writers wait while one runs.
 */
const COPIED_AT_ONCE = 1_000;
