import { type CommonOptions, type ExitCode, openSession } from "../session.ts";

const BATCH = 500;

/** `metacache clear`: removes all records of the project from its database; the files themselves are untouched. */
export async function clearCommand(options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(options);
  return session.withCache(async (cache): Promise<ExitCode> => {
    const paths = [...cache.paths({}), ...cache.unreadable().keys()];
    for (let start = 0; start < paths.length; start += BATCH) await cache.remove(paths.slice(start, start + BATCH));
    session.output.document("clear", { removed: paths.length, revision: cache.revision });
    session.output.line(`Removed the records of ${paths.length} files; \`metacache index\` makes them again.`);
    return 0;
  });
}
