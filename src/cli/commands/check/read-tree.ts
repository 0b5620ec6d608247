import { checkedPart, CheckedTree, type CheckedRecord } from "../../../check/checked-tree.ts";
import { listFiles } from "../../../check/run/listed-files.ts";
import type { Fingerprint } from "../../../record/fingerprint.ts";
import { isMetacacheError, MetacacheError, messageOf } from "../../../base/errors.ts";
import { indexSourceTree } from "../../../extraction/run/index-source-tree.ts";
import { progressLine } from "../../terminal/progress-line.ts";
import type { Session } from "../../session.ts";
import { MemorySink } from "./memory-sink.ts";

export interface ReadTree {
  readonly root: string;
  readonly tree: CheckedTree;
}

/**
 * What there is in the project's tree now. What its index knows already is not read again; what has changed since, or all if there is no index, is read into memory. Neither the tree
 * nor the index is written. Throws `E_SOURCE` if the tree cannot be read.
 */
export async function readTree(session: Session): Promise<ReadTree> {
  const { project, output, clock } = session;
  if (project.root === undefined) {
    throw new MetacacheError("E_SOURCE", `the project ${JSON.stringify(project.label)} is given by name`, {
      remedy: "give its folder to check it",
    });
  }
  const stored = await readIndex(session);
  const sink = new MemorySink(stored.records, stored.known);
  const { maxFileBytes, languages } = project.config.indexing;
  const progress = progressLine(process.stderr, clock);
  try {
    const report = await indexSourceTree(project.root, sink, {
      maxFileBytes,
      ...(languages !== undefined && { languages }),
      exclude: project.config.indexing.exclude,
      onProgress: progress.show,
      clock,
    });
    output.detail(`${report.unchanged} files are known from the index, ${report.added + report.changed} were read`);
    for (const warning of report.warnings) output.note(warning);
  } finally {
    progress.clear();
  }
  // What is left out of the index exists all the same.
  const { paths, closed } = await listFiles(project.root, { clock });
  const tree = new CheckedTree({ records: sink.records.values(), others: paths, closed });
  return { root: project.root, tree };
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
      const scan = await store.scan(PAGE);
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
