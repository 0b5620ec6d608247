import { shown } from "../output.ts";
import { type CommonOptions, type ExitCode, openSession } from "../session.ts";

/** `metacache refs <doc>`: every file whose header refers to a document, and where. */
export async function refsCommand(document: string, options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(options);
  return session.withCache(async (cache): Promise<ExitCode> => {
    const answer = await cache.query({ referenceDoc: document, select: ["path", "headerSections"] });
    const references = answer.items.flatMap(({ path, headerSections }) =>
      headerSections.referenceDocumentation.filter(({ target }) => target === document).map((reference) => ({ path, ...reference })),
    );
    session.output.document("refs", { document, files: answer.total, references, revision: answer.revision });
    session.output.table(references.map(({ path, line, note }) => [`${shown(path)}:${line}`, note ?? ""]));
    session.output.line(`${answer.total} files refer to ${shown(document)}, at revision ${answer.revision}.`);
    return answer.total === 0 ? 1 : 0;
  });
}
