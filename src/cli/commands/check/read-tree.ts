import { checkedPart, CheckedTree, type CheckedRecord } from "../../../check/checked-tree.ts";
import { listFiles, withoutRemoved } from "../../../check/run/listed-files.ts";
import { SourceLines } from "../../../check/run/source-lines.ts";
import { StagedFiles } from "../../../check/run/staged-files.ts";
import { stagedRecords } from "../../../check/run/staged-records.ts";
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
 * What there is in the project's tree now; with `staged`, what a commit would make of it. What its
 * index knows already is not read again; what has changed since, or all if there is no index, is
 * read into memory. Neither the tree nor the index is written. Throws `E_SOURCE` if the tree cannot
 * be read.
 */
export async function readTree(session: Session, staged?: GitSettings): Promise<ReadTree> {
  const { project } = session;
  const { root } = project;
  if (root === undefined) {
    throw new MetacacheError("E_SOURCE", `the project ${JSON.stringify(project.label)} is given by name`, {
      remedy: "give its folder to check it",
    });
  }
  const { records, skipped, listing } = await readWorkingTree(session, root);
  if (staged === undefined) {
    // What is left out of the index exists all the same.
    const settings = { clock: session.clock };
    const { paths, closed } = await (listing === undefined ? listFiles(root, settings) : withoutRemoved(root, listing, settings));
    return { root, tree: new CheckedTree({ records: records.values(), others: paths, closed }), lines: new SourceLines(root) };
  }
  // After the working tree was read: what has changed meanwhile differs from the index.
  const files = await StagedFiles.read(root, staged);
  const withoutRecord = new Set(skipped.flatMap(({ path, reason }) => (keepsRecord(reason) ? [] : [path])));
  const ofIndex = await stagedRecords(files, records, withoutRecord, project.config.indexing);
  const tree = new CheckedTree({ records: ofIndex, others: files.paths(), closed: files.closed });
  return { root, tree, lines: new SourceLines(root, files) };
}

interface WorkingTree {
  readonly records: ReadonlyMap<string, CheckedRecord>;
  /** Files that have no record, and why. */
  readonly skipped: readonly SkippedPath[];
  /** Also what the project leaves out of its index; missing if the run made none. */
  readonly listing: SourceTree | undefined;
}

async function readWorkingTree(session: Session, root: string): Promise<WorkingTree> {
  const { project, output, clock } = session;
  const { maxFileBytes, languages, exclude } = project.config.indexing;
  const stored = await readIndex(session);
  const sink = new MemorySink(stored.records, stored.known);
  const progress = progressLine(process.stderr, clock);
  const excludes = IgnoreRules.none.with("", exclude.join("\n"), "exclude");
  let listing: SourceTree | undefined;
  const options = { maxFileBytes, ...(languages !== undefined && { languages }), onProgress: progress.show, clock };
  const list = async (realRoot: string): Promise<SourceTree> => {
    listing = await listSourceTree(realRoot, { clock });
    return { ...listing, paths: listing.paths.filter((path) => !excludes.ignores(path, false)) };
  };
  try {
    const report = await new IndexRun(sink, { ...settingsOf(readIndexArguments(root, sink, options)), list }).run(root);
    output.detail(`${report.unchanged} files are known from the index, ${report.added + report.changed} were read`);
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

/** An index that is missing, or broken, only costs the time to do without it. */
async function readIndex(session: Session): Promise<StoredIndex> {
  try {
    return await session.withStore(async (store) => {
      const known: Fingerprint[] = [];
      for await (const page of store.readFingerprints(PAGE)) known.push(...page);
      const records: CheckedRecord[] = [];
      // Most of a record is symbols, which only one rule looks at.
      const parts = session.project.config.check.rules["intent-missing"] === undefined ? "references" : "all";
      const scan = await store.scan(PAGE, undefined, parts);
      try {
        for await (const rows of scan.pages) for (const { record } of rows) if (record !== undefined) records.push(checkedPart(record));
      } finally {
        await scan.close();
      }
      return { records, known };
    });
  } catch (error) {
    if (!isMetacacheError(error)) throw error;
    session.output.detail(`every file is read, since there is no index that can be: ${messageOf(error)}`);
    return NOTHING;
  }
}
