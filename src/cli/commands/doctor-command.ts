import { type Finding, finding, findingOf } from "../../base/finding.ts";
import type { ResolvedProject } from "../../cache/opening/resolve-project.ts";
import type { MetadataDatabase } from "../../database/metadata-database.ts";
import type { SourceStore } from "../../database/source-store.ts";
import { counted } from "../../base/text/words.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../session.ts";
import { describeSkips, incompleteness } from "../place/tree-reading.ts";
import { readStoredFiles, type StoredFiles } from "../place/stored-files.ts";
import { examineTree, treeFindings } from "../place/tree-state.ts";

/**
 * `metacache doctor`: looks for problems of the database, its rows and the index, and prints one
 * remedy for each.
 */
export const command: CommandDefinition = {
  example: "doctor",
  run,
};

async function run(options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(options);
  const { findings, notes } = await examine(session);
  session.output.document("doctor", { project: session.project.label, findings, notes });
  for (const { problem, remedy } of findings) {
    session.output.line(`- ${problem}`);
    if (remedy !== undefined) session.output.line(`  ${remedy}`);
  }
  for (const note of notes) session.output.line(note);
  session.output.line(findings.length === 0 ? "Nothing is wrong." : `${counted(findings.length, "finding")}.`);
  return findings.length === 0 ? 0 : 2;
}

interface Examination {
  readonly findings: readonly Finding[];
  /** Facts that are not problems, but useful to know. */
  readonly notes: readonly string[];
}

async function examine(session: Session): Promise<Examination> {
  try {
    return await session.withStore(async (store, database) => {
      const stored = await session.withProgress((onProgress) => readStoredFiles(store, onProgress));
      const skipped = await store.source.skippedFiles();
      const notes =
        skipped.length === 0
          ? []
          : [`${counted(skipped.length, "file")} skipped: ${describeSkips(skipped)} (\`metacache status\` lists them).`];
      return { findings: await examineAll(session, stored, store.source, database), notes };
    });
  } catch (error) {
    return { findings: [findingOf(error)], notes: [] };
  }
}

async function examineAll(
  { project }: Session,
  stored: StoredFiles,
  source: SourceStore,
  database: MetadataDatabase,
): Promise<readonly Finding[]> {
  return [
    ...(await database.examine()),
    ...examineRows(stored, project),
    ...[(await incompleteness(source)) ?? []].flat(),
    ...treeFindings(await examineTree(project, stored.files, source)),
  ];
}

function examineRows({ files, unreadable }: StoredFiles, project: ResolvedProject): Finding[] {
  const findings: Finding[] = [];
  if (files.length + unreadable.size === 0) {
    const remedy =
      project.root === undefined ? "run `metacache index --name NAME` in the project's folder" : `run \`metacache index ${project.root}\``;
    findings.push(finding("PROJECT_EMPTY", `the database has no files of the project ${project.label}`, { remedy }));
  }
  for (const [path, why] of unreadable) {
    const remedy = "run `metacache index`: it writes the row again";
    findings.push(finding("ROW_UNREADABLE", `the row of ${path} cannot be read: ${why}`, { path, remedy }));
  }
  return findings;
}
