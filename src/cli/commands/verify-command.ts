import { describeFinding } from "../../base/finding.ts";
import { counted } from "../../base/text/words.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession } from "../session.ts";
import { incompleteness } from "../place/tree-reading.ts";
import { readFingerprints } from "../place/stored-files.ts";
import { examineTree, treeFindings } from "../place/tree-state.ts";

/**
 * `metacache verify`: recomputes the cache's laws, and compares the cache with every row of the
 * database and with the files.
 */
export const command: CommandDefinition = {
  example: "verify",
  run,
};

async function run(options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(options);
  const { project, output } = session;
  return session.withCache(async (cache, database): Promise<ExitCode> => {
    const broken = [...cache.verify(), ...(await cache.verifyAgainstDatabase())];
    const { source } = await database.openProject(project.name);
    const state = await examineTree(project, await readFingerprints(cache.fingerprints()), source);
    const tree = [(await incompleteness(source)) ?? [], treeFindings(state)].flat();
    const findings = [...broken, ...tree];
    const { records, unreadable, revision } = cache.getStats();
    output.document("verify", { findings, records, unreadable, revision });
    for (const finding of findings) output.line(describeFinding(finding));
    if (broken.length === 0) {
      output.line(`All laws hold: ${records} records equal the database at revision ${revision}; ${unreadable} rows cannot be read.`);
    }
    if (findings.length > 0) output.line(`${counted(findings.length, "finding")}.`);
    return findings.length === 0 ? 0 : 2;
  });
}
