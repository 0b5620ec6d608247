import { shownLocation } from "../../database/database-location.ts";
import { bytes, shown } from "../output.ts";
import { type CommonOptions, type ExitCode, openSession } from "../session.ts";

/** `metacache status`: where the project's data is, how much there is, how far behind this cache was, and what cannot be read. */
export async function statusCommand(options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(options);
  const { project, output } = session;
  return session.withCache(async (cache, database): Promise<ExitCode> => {
    const { records, revision, lastSyncAt } = cache.getStats();
    const { projects, ...store } = await database.describe();
    const own = projects.find(({ name }) => name === project.name) ?? { tombstones: 0, revision: 0, horizon: 0 };
    const location = shownLocation(project.database);
    const unreadable = Array.from(cache.unreadable(), ([path, why]) => ({ path, why }));
    output.document("status", {
      project: project.name,
      database: location,
      engine: store.engine,
      schemaVersionOfStore: store.schemaVersion,
      databaseBytes: store.bytes,
      connections: store.connections ?? null,
      projects: projects.length,
      records,
      revision,
      storeRevision: own.revision,
      horizon: own.horizon,
      tombstones: own.tombstones,
      unreadable,
      readAt: lastSyncAt,
    });
    output.table([
      ["project", shown(project.name)],
      ["database", `${shown(location)} (${bytes(store.bytes)}, ${projects.length} ${projects.length === 1 ? "project" : "projects"})`],
      ["engine", `${store.engine}, schema version ${store.schemaVersion}`],
      ...(store.connections === undefined ? [] : [["connections", String(store.connections)]]),
      ["records", String(records)],
      ["revision", own.revision === revision ? String(revision) : `${revision}, the database is at ${own.revision}`],
      ["deletions remembered", `${own.tombstones}, since revision ${own.horizon}`],
      ["unreadable rows", String(unreadable.length)],
    ]);
    for (const { path, why } of unreadable) output.line(`  ${shown(path)}: ${why}; \`metacache index\` writes it anew`);
    return 0;
  });
}
