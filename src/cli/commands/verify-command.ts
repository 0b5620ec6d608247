import { type CommonOptions, type ExitCode, openSession } from "../session.ts";

/** `metacache verify`: recomputes the cache's laws and compares it with every row of the database. */
export async function verifyCommand(options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(options);
  return session.withCache(async (cache): Promise<ExitCode> => {
    const findings = [...cache.verify(), ...(await cache.verifyAgainstDatabase())];
    const { records, unreadable, revision } = cache.getStats();
    session.output.document("verify", { findings, records, unreadable, revision });
    for (const finding of findings) session.output.line(finding);
    session.output.line(
      findings.length === 0
        ? `All laws hold: ${records} records equal the database at revision ${revision}; ${unreadable} rows cannot be read.`
        : `${findings.length} findings.`,
    );
    return findings.length === 0 ? 0 : 2;
  });
}
