import { messageOf } from "../../base/errors.ts";
import type { MetadataCache } from "../../cache/metadata-cache.ts";
import type { Finding, MetadataDatabase } from "../../database/metadata-database.ts";
import { counted } from "../output.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../session.ts";
import { describeSkips, incompleteness } from "../tree-reading.ts";
import { examineTree, treeFindings } from "../tree-state.ts";

/** `metacache doctor`: looks for what is wrong with the database, the cache and the index, and says one thing to do about each. */
export async function doctorCommand(options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(options);
  const { findings, notes } = await examine(session);
  session.output.document("doctor", { project: session.project.label, findings, notes });
  for (const { problem, remedy } of findings) {
    session.output.line(`- ${problem}`);
    session.output.line(`  ${remedy}`);
  }
  for (const note of notes) session.output.line(note);
  session.output.line(findings.length === 0 ? "Nothing is wrong." : `${counted(findings.length, "finding")}.`);
  return findings.length === 0 ? 0 : 2;
}

interface Examination {
  readonly findings: readonly Finding[];
  /** What is not wrong, and worth knowing. */
  readonly notes: readonly string[];
}

async function examine(session: Session): Promise<Examination> {
  try {
    return await session.withCache(async (cache, database) => {
      const skipped = await cache.source.allSkipped();
      const notes =
        skipped.length === 0
          ? []
          : [`${counted(skipped.length, "file")} skipped: ${describeSkips(skipped)} (\`metacache status\` lists them).`];
      return { findings: await examineAll(session, cache, database), notes };
    });
  } catch (error) {
    return { findings: [asFinding(error)], notes: [] };
  }
}

async function examineAll(session: Session, cache: MetadataCache, database: MetadataDatabase): Promise<readonly Finding[]> {
  return [
    ...(await database.examine()),
    ...examineProject(cache, session),
    ...(await examineCache(cache, database)),
    ...[(await incompleteness(cache)) ?? []].flat(),
    ...treeFindings(await examineTree(session.project, cache)),
  ];
}

function examineProject(cache: MetadataCache, { project }: Session): Finding[] {
  const { records, unreadable } = cache.getStats();
  const findings: Finding[] = [];
  if (records + unreadable === 0) {
    const remedy =
      project.root === undefined ? "run `metacache index` in its folder, with --name" : `run \`metacache index ${project.root}\``;
    findings.push({ problem: `the database has no files of the project ${project.label}`, remedy });
  }
  for (const [path, why] of cache.unreadable()) {
    findings.push({ problem: `the row of ${path} cannot be read: ${why}`, remedy: "run `metacache index`, which writes it anew" });
  }
  return findings;
}

async function examineCache(cache: MetadataCache, database: MetadataDatabase): Promise<Finding[]> {
  const remedy = `clear the project with \`metacache clear\` and index it again; please report it, with ${database.location} where you can`;
  const findings = [...cache.verify(), ...(await cache.verifyAgainstDatabase())];
  // What cannot be read is told by name already.
  return findings.filter((problem) => !problem.includes("cannot be read")).map((problem) => ({ problem, remedy }));
}

/** Metacache's errors say what happened, and after the last colon what to do. */
function asFinding(error: unknown): Finding {
  const message = messageOf(error);
  const at = message.lastIndexOf(": ");
  if (at === -1) return { problem: message, remedy: "see the message" };
  return { problem: message.slice(0, at), remedy: message.slice(at + 2) };
}
