import { CheckedTree, type CheckedRecord } from "../../../check/checked-tree.ts";
import { listFiles, withoutRemoved } from "../../../check/run/git/listed-files.ts";
import { SourceLines } from "../../../check/run/source-lines.ts";
import { StagedFiles } from "../../../check/run/git/staged-files.ts";
import { stagedRecords } from "../../../check/run/git/staged-records.ts";
import { readStoredRecords } from "../../../check/run/stored-records.ts";
import type { Fingerprint } from "../../../record/fingerprint.ts";
import { isMetacacheError, MetacacheError, messageOf } from "../../../base/errors.ts";
import { IndexRun } from "../../../extraction/run/index-run.ts";
import { readIndexArguments, settingsOf } from "../../../extraction/run/index-source-tree.ts";
import { keepsRecord, type SkippedPath } from "../../../extraction/run/skip-reason.ts";
import { IgnoreRules } from "../../../extraction/tree/ignore-rules.ts";
import type { GitSettings } from "../../../extraction/tree/run-git.ts";
import { listSourceTree, type SourceTree } from "../../../extraction/tree/source-tree.ts";
import { progressLine } from "../../terminal/progress-line.ts";
import type { Session } from "../../session.ts";
import { MemorySink } from "./memory-sink.ts";

export interface ReadTree {
  readonly root: string;
  readonly tree: CheckedTree;
  readonly lines: SourceLines;
}

/**
 * Reads the project's tree as it is now, or with `staged` as a commit would make it. Takes records
 * from the index if their files have not changed. Reads changed files into memory, or all files if
 * there is no index. Writes neither the tree nor the index. Throws `E_SOURCE` if the tree cannot be
 * read.
 */
export async function readTree(session: Session, staged?: GitSettings): Promise<ReadTree> {
  const { project } = session;
  const { root } = project;
  if (root === undefined) {
    throw new MetacacheError("E_SOURCE", `the project ${JSON.stringify(project.label)} is given by name`, {
      remedy: "to check it, give its folder",
    });
  }
  const { records, skipped, listing } = await readWorkingTree(session, root);
  if (staged === undefined) {
    // A reference may name a file that the index leaves out, because the file exists.
    const settings = { clock: session.clock };
    const { paths, closed } = await (listing === undefined ? listFiles(root, settings) : withoutRemoved(root, listing, settings));
    return { root, tree: new CheckedTree({ records: records.values(), others: paths, closed }), lines: new SourceLines(root) };
  }
  // Read the staged files after the working tree. A file that changes in between then differs from
  // git's index.
  const files = await StagedFiles.read(root, staged);
  const withoutRecord = new Set(skipped.flatMap(({ path, reason }) => (keepsRecord(reason) ? [] : [path])));
  const ofIndex = await stagedRecords(files, records, withoutRecord, project.config.indexing);
  const tree = new CheckedTree({ records: ofIndex, others: files.paths(), closed: files.closed });
  return { root, tree, lines: new SourceLines(root, files) };
}

interface WorkingTree {
  readonly records: ReadonlyMap<string, CheckedRecord>;
  /** The files without a record, each with the reason. */
  readonly skipped: readonly SkippedPath[];
  /**
   * All files of the tree, also those that the project leaves out of its index. Missing if the run
   * listed no files.
   */
  readonly listing: SourceTree | undefined;
}

async function readWorkingTree(session: Session, root: string): Promise<WorkingTree> {
  const { project, output, clock } = session;
  const { maxFileBytes, languages, exclude } = project.config.indexing;
  const stored = await readIndex(session);
  const sink = new MemorySink(stored.records, stored.known);
  const progress = progressLine(process.stderr, clock);
  const excludes = IgnoreRules.ofPatterns(exclude, "exclude");
  let listing: SourceTree | undefined;
  const options = { maxFileBytes, ...(languages !== undefined && { languages }), onProgress: progress.show, clock };
  const list = async (realRoot: string): Promise<SourceTree> => {
    listing = await listSourceTree(realRoot, { clock });
    return { ...listing, paths: listing.paths.filter((path) => !excludes.ignores(path, false)) };
  };
  try {
    const report = await new IndexRun(sink, { ...settingsOf(readIndexArguments(root, sink, options)), list }).run(root);
    output.detail(`${report.unchanged} files are unchanged since they were indexed, ${report.added + report.changed} were read`);
    for (const warning of report.warnings) output.note(warning);
    return { records: sink.records, skipped: report.skipped, listing };
  } finally {
    progress.clear();
  }
}

interface StoredIndex {
  readonly records: readonly CheckedRecord[];
  readonly known: readonly Fingerprint[];
}

const NOTHING: StoredIndex = { records: [], known: [] };
const PAGE = 1_000;

/** Reads the index. A missing or broken index is not an error: the check only takes longer. */
async function readIndex(session: Session): Promise<StoredIndex> {
  try {
    return await session.withStore(async (store) => {
      const known: Fingerprint[] = [];
      for await (const page of store.readFingerprints(PAGE)) known.push(...page);
      // Symbols are most of a record, and only one rule reads them.
      const parts = session.project.config.check.rules["intent-missing"] === undefined ? "references" : "all";
      return { records: await readStoredRecords(await store.scan(PAGE, undefined, parts)), known };
    });
  } catch (error) {
    if (!isMetacacheError(error)) throw error;
    session.output.detail(`reading every file, because the index cannot be read: ${messageOf(error)}`);
    return NOTHING;
  }
}
