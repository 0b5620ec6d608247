import type { DocSections, FileMetadata } from "../../model/file-metadata.ts";
import { bytes, type Output, shown } from "../output.ts";
import { type CommonOptions, type ExitCode, openSession, projectPathOf } from "../session.ts";

/** `metacache get <path>`: all that is known of one file. */
export async function getCommand(argument: string, options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(options);
  const path = projectPathOf(session.project, argument);
  return session.withCache(async (cache): Promise<ExitCode> => {
    const record = await cache.getMetadata(path, { consistency: "latest" });
    session.output.document("get", { path, record: record ?? null, revision: cache.revision });
    if (record === undefined) {
      session.output.line(`Nothing is known of ${shown(path)}: it is no file of the project, or is not indexed yet.`);
      return 1;
    }
    printRecord(session.output, record);
    return 0;
  });
}

function printRecord(output: Output, record: FileMetadata): void {
  const { headerSections: header } = record;
  output.line(`${shown(record.path)}  ${record.language}, ${bytes(record.size)}`);
  if (record.problems.length > 0) output.line(`Marked: ${record.problems.join(", ")}`);
  if (header.intent !== "") output.line(`Intent: ${header.intent}`);
  for (const principle of header.designPrinciples) output.line(`Principle: ${principle}`);
  for (const constraint of header.constraints) output.line(`Constraint: ${constraint}`);
  for (const { target, line, note } of header.referenceDocumentation) {
    output.line(`Refers to: ${shown(target)} (line ${line})${note === undefined ? "" : `: ${note}`}`);
  }
  output.table([
    ...record.classes.map(({ name, lineRange, docSections }) => row(`class ${name}`, lineRange.start, lineRange.end, docSections)),
    ...record.functions.map((fn) => {
      const owner = fn.className === undefined ? "" : `${fn.className}.`;
      return row(`${owner}${fn.name}(${fn.parameters.join(", ")})`, fn.lineRange.start, fn.lineRange.end, fn.docSections);
    }),
  ]);
}

function row(name: string, start: number, end: number, doc: DocSections): readonly string[] {
  return [`  ${start}-${end}`, shown(name), shown(doc.intent)];
}
