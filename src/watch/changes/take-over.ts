import type { IndexReport } from "../../extraction/run/index-report.ts";
import { IndexRun } from "../../extraction/run/index-run.ts";
import { type IndexOptions, readIndexArguments, settingsOf } from "../../extraction/run/index-source-tree.ts";
import type { Fingerprint } from "../../record/fingerprint.ts";
import type { RecordSink } from "../../extraction/run/record-sink.ts";
import { listSourceTree, type SourceTree } from "../../extraction/tree/source-tree.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { listPart } from "./part-of-tree.ts";
import { partSink } from "./part-sink.ts";
import type { Glance } from "../tree-glance.ts";

/**
 * Brings the records of the files that a glance found in step with the files. Throws what the sink
 * throws.
 */
export async function takeOverGlance(root: string, sink: RecordSink, glance: Glance, options: IndexOptions): Promise<IndexReport> {
  const read = readIndexArguments(root, sink, options);
  // Make the list again: a run removes the record of a file that exists only if the list was made
  // after the run saw the file.
  const list = async (realRoot: string): Promise<SourceTree> => {
    const tree = await listSourceTree(realRoot, read);
    return { ...tree, paths: tree.paths.filter((path) => glance.paths.has(path)), skipped: [], warnings: [] };
  };
  return new IndexRun(partSink(sink, glance.known), { ...settingsOf(read), list }).run(root);
}

/** A file that may differ from what is known of it. */
export interface DoubtedFile {
  readonly path: ProjectPath;
  readonly known: Fingerprint | undefined;
  /** True if git says which files belong to the tree. Otherwise only a known file belongs to it. */
  readonly asksGit: boolean;
}

/**
 * Brings the record of one file in step with the file. The sink must know this file only. Throws
 * what the sink throws.
 */
export async function takeOverFile(root: string, sink: RecordSink, file: DoubtedFile, options: IndexOptions): Promise<IndexReport> {
  const { path, known, asksGit } = file;
  const read = readIndexArguments(root, sink, { ...options, workers: 1 });
  const knownFiles = new Map(known === undefined ? [] : [[path, known]]);
  const list = async (realRoot: string): Promise<SourceTree> => {
    const nothing: SourceTree = { method: "walk", paths: [], skipped: [], warnings: [], isTrusted: false };
    if (!asksGit && known === undefined) return nothing;
    // Ask git about a known file, too: a rule may leave it out now.
    const settings = { ...read, root: realRoot, asksGit };
    return (await listPart([path], asksGit ? new Map() : knownFiles, settings)) ?? nothing;
  };
  return new IndexRun(partSink(sink, knownFiles), { ...settingsOf(read), list }).run(root);
}
