import { compareValues } from "../../../base/text/text-order.ts";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { nearest } from "../../../base/text/nearest.ts";
import type { ProjectStore } from "../../../database/metadata-database.ts";
import type { FileMetadata } from "../../../record/file-metadata.ts";
import { METADATA_FIELDS } from "../../../record/shape.ts";
import { parseProjectPath, pathProblem, type ProjectPath } from "../../../record/project-path.ts";
import { unreadableRecordError } from "../../../record/parsing/unreadable-record.ts";
import { readSelection, selectedFields } from "../../answers/selection.ts";
import { doubtsContent, noteDoubts } from "../../place/answer-doubts.ts";
import { findOutdated, INDEX_AGAIN, type OutdatedFile } from "../../place/outdated-files.ts";
import type { CommandDefinition } from "../../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../../session.ts";
import { readFingerprints } from "../../place/stored-files.ts";
import { printFields, printRecord } from "./printed-record.ts";

import { lookAtFile } from "../../place/look-at-file.ts";
import { LOOKING_OPTIONS } from "../../place/look-at-tree.ts";
import { describeSkip, incompleteness } from "../../place/tree-reading.ts";

/** `metacache get <path>`: prints everything that is known about one file. */
export const command: CommandDefinition = {
  example: "get src/index.ts",
  options: [
    ["--select <fields>", "show only these fields of the record: functions,classes", METADATA_FIELDS, "repeated"],
    ...LOOKING_OPTIONS,
  ],
  completion: "file",
  run,
};

interface GetOptions extends CommonOptions {
  readonly select?: readonly string[];
}

async function run(options: GetOptions, argument: string): Promise<ExitCode> {
  const selection = readSelection(options.select, METADATA_FIELDS);
  const session = await openSession(options);
  const { project, output, place } = session;
  const candidates = await place.candidates(argument);
  return session.withStore(async (store): Promise<ExitCode> => {
    const looks = options.look === true && project.config.look !== false;
    const { path, record, revision, outdated } = await findFresh(session, store, candidates, looks);
    const incomplete = await incompleteness(store.source);
    const skipped = record === undefined ? await store.source.skippedFile(path) : undefined;
    const reason =
      record === undefined ? (skipped === undefined ? await whyUnknown(session, store, path) : describeSkip(skipped)) : undefined;
    output.document("get", {
      root: project.root,
      path,
      record: record === undefined ? null : selectedFields(record, selection),
      ...(reason !== undefined && { reason }),
      ...(skipped !== undefined && { skipped }),
      revision,
      ...doubtsContent({ outdated, incomplete }),
    });
    if (record === undefined) output.line(`Nothing is known about ${place.shown(path)}: ${ended(reason ?? "")}`);
    else if (selection === undefined) printRecord(session, record);
    else printFields(session, record, selection);
    noteDoubts(output, place, { outdated, incomplete });
    return record === undefined ? 1 : 0;
  });
}

/**
 * Returns the record of the file. If `looks` is true and the file differs from its record, updates
 * the record first.
 */
async function findFresh(
  session: Session,
  store: ProjectStore,
  candidates: readonly [string, ...string[]],
  looks: boolean,
): Promise<FoundRecord & { readonly outdated: readonly OutdatedFile[] }> {
  const { root } = session.project;
  const find = async (): ReturnType<typeof findFresh> => {
    const found = await findRecord(store, candidates);
    const { record } = found;
    const shown = record === undefined ? [] : [record];
    return { ...found, outdated: root === undefined ? [] : await findOutdated(root, shown, async () => record?.digest) };
  };
  const found = await find();
  if (!looks) return found;
  const isOutdated = found.outdated.length > 0;
  return (await lookAtFile(session, store, { ...found, isOutdated })) ? find() : found;
}

interface FoundRecord {
  readonly path: ProjectPath;
  readonly record: FileMetadata | undefined;
  readonly revision: number;
}

/**
 * Returns the first of these paths that the project has a file of. If there is none, returns the
 * first path without a record. Reads all their rows in one call, at one revision. Throws `E_RECORD`
 * if the row is unreadable (law 6).
 */
async function findRecord(store: ProjectStore, [first, ...others]: readonly [string, ...string[]]): Promise<FoundRecord> {
  const paths = others.length === 0 ? [parseProjectPath(first)] : [first, ...others].filter(isProjectPath);
  const { position, rows } = await store.readRows(paths);
  for (const path of paths) {
    const found = rows.find((each) => each.path === path);
    if (found?.unreadable !== undefined) throw unreadableRecordError(path, found.unreadable);
    if (found !== undefined) return { path, record: found.record, revision: position.revision };
  }
  return { path: parseProjectPath(first), record: undefined, revision: position.revision };
}

function isProjectPath(path: string): path is ProjectPath {
  return pathProblem(path) === undefined;
}

const PAGE = 1_000;

/**
 * Returns the reason why a path has no record, and what to do, as the end of a sentence. No other
 * part of the command reads all paths of the project.
 */
async function whyUnknown({ project, place }: Session, store: ProjectStore, path: string): Promise<string> {
  const paths = (await readFingerprints(store.readFingerprints(PAGE))).map((file) => file.path).sort(compareValues);
  if (paths.some((each) => each.startsWith(`${path}/`)))
    return `it is a folder; \`metacache query --prefix ${place.shown(path)}/\` lists its files`;
  const found = project.root === undefined ? undefined : await lstat(join(project.root, path)).catch(() => undefined);
  if (found?.isFile() === true) return `it is newer than the last run, or the tree ignores it: ${INDEX_AGAIN}`;
  if (found !== undefined) return "it is not a regular file, and only regular files are indexed";
  const alike = nearest(path, paths);
  return `the project has no such file${alike === undefined ? "" : `; did you mean ${place.shown(alike)}?`}`;
}

/** Ends a sentence. A question already ends with its mark. */
function ended(sentence: string): string {
  return sentence.endsWith("?") ? sentence : `${sentence}.`;
}
