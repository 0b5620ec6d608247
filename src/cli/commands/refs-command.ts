import type { MetadataCache } from "../../cache/metadata-cache.ts";
import { isMetacacheError } from "../../base/errors.ts";
import { quoteName } from "../terminal/escape.ts";
import { findOutdated, noteOutdated, outdatedContent } from "../place/outdated-files.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../session.ts";
import { NO_WAIT } from "../place/wait-for-watcher.ts";
import { incompleteContent, incompleteness, noteIncomplete } from "../place/tree-reading.ts";

/** `metacache refs <doc>`: every file whose header refers to a document, and where. */
export const command: CommandDefinition = {
  example: "refs doc/DESIGN.md",
  options: [NO_WAIT],
  run,
};

async function run(options: CommonOptions, argument: string): Promise<ExitCode> {
  const session = await openSession(options);
  const { project, output, place } = session;
  return session.withCache(async (cache): Promise<ExitCode> => {
    const document = await documentOf(session, cache, argument);
    const answer = await cache.query({ referenceDoc: document, select: ["path", "headerSections", "size", "modifiedAt", "digest"] });
    const references = answer.items.flatMap(({ path, headerSections }) =>
      headerSections.referenceDocumentation.filter(({ target }) => target === document).map((reference) => ({ path, ...reference })),
    );
    const digests = new Map(answer.items.map(({ path, digest }) => [path as string, digest]));
    const outdated = project.root === undefined ? [] : await findOutdated(project.root, answer.items, async (path) => digests.get(path));
    const { total: files, revision } = answer;
    const incomplete = await incompleteness(cache.source);
    output.document("refs", {
      root: project.root,
      document,
      files,
      references,
      revision,
      ...outdatedContent(outdated),
      ...incompleteContent(incomplete),
    });
    output.table(references.map(({ path, line, note }) => [`${place.shown(path)}:${line}`, note ?? ""]));
    output.line(`${files} files refer to ${quoteName(document)}, at revision ${revision}.`);
    noteOutdated(output, place, outdated);
    noteIncomplete(output, incomplete);
    return files === 0 ? 1 : 0;
  });
}

/** The document as it is typed, or, if no header spells it so, as its path in the project. */
async function documentOf({ place }: Session, cache: MetadataCache, typed: string): Promise<string> {
  if (cache.count({ referenceDoc: typed }) > 0) return typed;
  try {
    return (await place.candidates(typed)).find((path) => cache.count({ referenceDoc: path }) > 0) ?? typed;
  } catch (error) {
    if (isMetacacheError(error, "E_PATH")) return typed;
    throw error;
  }
}
