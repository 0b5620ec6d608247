import type { IndexReport } from "../extraction/run/index-report.ts";
import { IndexRun } from "../extraction/run/index-run.ts";
import { type IndexOptions, readIndexArguments, settingsOf } from "../extraction/run/index-source-tree.ts";
import type { RecordSink } from "../extraction/run/record-sink.ts";
import { listSourceTree, type SourceTree } from "../extraction/tree/source-tree.ts";
import { partSink } from "./part-sink.ts";
import type { Glance } from "./tree-glance.ts";

/** Brings the records of the files that a glance found in step with the files. Throws what the sink throws. */
export async function takeOverGlance(root: string, sink: RecordSink, glance: Glance, options: IndexOptions): Promise<IndexReport> {
  const read = readIndexArguments(root, sink, options);
  // Listed anew: a run removes a record only by a list that was made after it saw that the file is there.
  const list = async (realRoot: string): Promise<SourceTree> => {
    const tree = await listSourceTree(realRoot, read);
    return { ...tree, paths: tree.paths.filter((path) => glance.paths.has(path)), skipped: [], warnings: [] };
  };
  return new IndexRun(partSink(sink, glance.known), { ...settingsOf(read), list }).run(root);
}
