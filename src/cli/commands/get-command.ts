import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { nearest } from "../../base/nearest.ts";
import type { MetadataCache } from "../../cache/metadata-cache.ts";
import type { DocSections, FileMetadata } from "../../record/file-metadata.ts";
import { pathFault, parseProjectPath } from "../../record/project-path.ts";
import { quoteName } from "../terminal/escape.ts";
import { bytes, type Output } from "../terminal/output.ts";
import { findOutdated, INDEX_AGAIN, noteOutdated, outdatedContent } from "../place/outdated-files.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../session.ts";
import { describeSkip, incompleteContent, incompleteness, noteIncomplete } from "../place/tree-reading.ts";

/** `metacache get <path>`: all that is known of one file. */
export const command: CommandDefinition = {
  name: "get",
  description: "show all that is known of one file",
  example: "get src/index.ts",
  argument: ["<path>", "as seen from here, or from the project's folder"],
  run,
};

async function run(options: CommonOptions, argument: string): Promise<ExitCode> {
  const session = await openSession(options);
  const { project, output, place } = session;
  const candidates = await place.candidates(argument);
  return session.withCache(async (cache): Promise<ExitCode> => {
    const { path, record } = await findRecord(cache, candidates);
    const shown = record === undefined ? [] : [record];
    const outdated = project.root === undefined ? [] : await findOutdated(project.root, shown, async () => record?.digest);
    const incomplete = await incompleteness(cache);
    const skipped = record === undefined ? await cache.source.skipped(path) : undefined;
    const reason =
      record === undefined ? (skipped === undefined ? await whyUnknown(session, cache, path) : describeSkip(skipped)) : undefined;
    output.document("get", {
      root: project.root,
      path,
      record: record ?? null,
      ...(reason !== undefined && { reason }),
      ...(skipped !== undefined && { skipped }),
      revision: cache.revision,
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

/** The first of these paths that the project has a file of, or else the first. */
async function findRecord(
  cache: MetadataCache,
  candidates: readonly [string, ...string[]],
): Promise<{ readonly path: string; readonly record: FileMetadata | undefined }> {
  for (const path of candidates) {
    if (candidates.length > 1 && pathFault(path) !== undefined) continue;
    const record = await cache.getMetadata(path, { consistency: "latest" });
    if (record !== undefined) return { path, record };
  }
  return { path: parseProjectPath(candidates[0]), record: undefined };
}

/** Why a path has no record, and what to do, as the end of a sentence. */
async function whyUnknown({ project, place }: Session, cache: MetadataCache, path: string): Promise<string> {
  if (cache.count({ pathPrefix: `${path}/` }) > 0)
    return `it is a folder; \`metacache query --prefix ${place.shown(path)}/\` lists what is in it`;
  const found = project.root === undefined ? undefined : await lstat(join(project.root, path)).catch(() => undefined);
  if (found?.isFile() === true) return `it is new since the tree was read, or belongs to what the tree ignores: ${INDEX_AGAIN}`;
  if (found !== undefined) return "it is no regular file, and only those are indexed";
  const alike = nearest(path, cache.paths({}));
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
