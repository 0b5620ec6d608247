import { compareValues } from "../../base/text-order.ts";
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { nearest } from "../../base/nearest.ts";
import type { ProjectStore } from "../../database/metadata-database.ts";
import type { DocSections, FileMetadata } from "../../record/file-metadata.ts";
import { parseProjectPath, pathFault, type ProjectPath } from "../../record/project-path.ts";
import { unreadableRecordError } from "../../record/unreadable-record.ts";
import { quoteName } from "../terminal/escape.ts";
import { bytes, type Output } from "../terminal/output.ts";
import { findOutdated, INDEX_AGAIN, noteOutdated, outdatedContent } from "../place/outdated-files.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../session.ts";
import { readFingerprints } from "../place/stored-files.ts";
import { NO_WAIT } from "../place/wait-for-watcher.ts";
import { describeSkip, incompleteContent, incompleteness, noteIncomplete } from "../place/tree-reading.ts";

/** `metacache get <path>`: all that is known of one file. */
export const command: CommandDefinition = {
  example: "get src/index.ts",
  options: [NO_WAIT],
  run,
};

async function run(options: CommonOptions, argument: string): Promise<ExitCode> {
  const session = await openSession(options);
  const { project, output, place } = session;
  const candidates = await place.candidates(argument);
  return session.withStore(async (store): Promise<ExitCode> => {
    const { path, record, revision } = await findRecord(store, candidates);
    const shown = record === undefined ? [] : [record];
    const outdated = project.root === undefined ? [] : await findOutdated(project.root, shown, async () => record?.digest);
    const incomplete = await incompleteness(store.source);
    const skipped = record === undefined ? await store.source.skippedFile(path) : undefined;
    const reason =
      record === undefined ? (skipped === undefined ? await whyUnknown(session, store, path) : describeSkip(skipped)) : undefined;
    output.document("get", {
      root: project.root,
      path,
      record: record ?? null,
      ...(reason !== undefined && { reason }),
      ...(skipped !== undefined && { skipped }),
      revision,
      ...outdatedContent(outdated),
      ...incompleteContent(incomplete),
    });
    if (record === undefined) output.line(`Nothing is known of ${place.shown(path)}: ${reason}.`);
    else printRecord(session, record);
    noteOutdated(output, place, outdated);
    noteIncomplete(output, incomplete);
    return record === undefined ? 1 : 0;
  });
}

interface FoundRecord {
  readonly path: ProjectPath;
  readonly record: FileMetadata | undefined;
  readonly revision: number;
}

/**
 * The first of these paths that the project has a file of, or else the first: one read of their rows, at one revision. Throws `E_RECORD` for
 * a row that is there and cannot be read (law 6).
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
  return pathFault(path) === undefined;
}

const PAGE = 1_000;

/** Why a path has no record, and what to do, as the end of a sentence. Only this reads all paths of the project. */
async function whyUnknown({ project, place }: Session, store: ProjectStore, path: string): Promise<string> {
  const paths = (await readFingerprints(store.readFingerprints(PAGE))).map((file) => file.path).sort(compareValues);
  if (paths.some((each) => each.startsWith(`${path}/`)))
    return `it is a folder; \`metacache query --prefix ${place.shown(path)}/\` lists what is in it`;
  const found = project.root === undefined ? undefined : await lstat(join(project.root, path)).catch(() => undefined);
  if (found?.isFile() === true) return `it is new since the tree was read, or belongs to what the tree ignores: ${INDEX_AGAIN}`;
  if (found !== undefined) return "it is no regular file, and only those are indexed";
  const alike = nearest(path, paths);
  return `the project has no such file${alike === undefined ? "" : `; did you mean ${place.shown(alike)}?`}`;
}

function printRecord({ output, place }: Session, record: FileMetadata): void {
  const { headerSections: header } = record;
  output.line(`${place.shown(record.path)}  ${record.language}, ${bytes(record.size)}`);
  if (record.problems.length > 0) output.line(`Marked: ${record.problems.join(", ")}`);
  if (header.intent !== "") output.line(`Intent: ${header.intent}`);
  for (const principle of header.designPrinciples) output.line(`Principle: ${principle}`);
  for (const constraint of header.constraints) output.line(`Constraint: ${constraint}`);
  for (const { target, line, note } of header.referenceDocumentation) {
    output.line(`Refers to: ${quoteName(target)} (line ${line})${note === undefined ? "" : `: ${note}`}`);
  }
  printSymbols(output, record);
}

function printSymbols(output: Output, record: FileMetadata): void {
  output.table([
    ...record.classes.map(({ name, lineRange, docSections }) => row(`class ${name}`, lineRange.start, lineRange.end, docSections)),
    ...record.functions.map((fn) => {
      const owner = fn.className === undefined ? "" : `${fn.className}.`;
      return row(`${owner}${fn.name}(${fn.parameters.join(", ")})`, fn.lineRange.start, fn.lineRange.end, fn.docSections);
    }),
  ]);
}

function row(name: string, start: number, end: number, doc: DocSections): readonly string[] {
  return [`  ${start}-${end}`, quoteName(name), doc.intent];
}
