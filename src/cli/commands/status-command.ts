import { stat } from "node:fs/promises";
import { bytes, shown } from "../output.ts";
import { type CommonOptions, type ExitCode, openSession } from "../session.ts";

/** `metacache status`: where the project's data is, how much there is, and what of it cannot be read. */
export async function statusCommand(options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(options);
  const { project, output } = session;
  return session.withCache(async (cache): Promise<ExitCode> => {
    const { records, revision, lastSyncAt } = cache.getStats();
    const { size } = await stat(project.databaseFile);
    const unreadable = Array.from(cache.unreadable(), ([path, why]) => ({ path, why }));
    output.document("status", {
      project: project.name,
      database: project.databaseFile,
      databaseBytes: size,
      records,
      revision,
      unreadable,
      readAt: lastSyncAt,
    });
    output.table([
      ["project", shown(project.name)],
      ["database", `${shown(project.databaseFile)} (${bytes(size)})`],
      ["records", String(records)],
      ["revision", String(revision)],
      ["unreadable rows", String(unreadable.length)],
    ]);
    for (const { path, why } of unreadable) output.line(`  ${shown(path)}: ${why}; \`metacache index\` writes it anew`);
    return 0;
  });
}
