import { shownLocation } from "../../database/location/database-location.ts";
import { confirm } from "../terminal/confirm.ts";
import { counted } from "../../base/text/words.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession } from "../session.ts";

interface ClearOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const BATCH = 500;

/**
 * `metacache clear`: removes all records of the project from its database. Does not touch the files
 * themselves.
 */
export const command: CommandDefinition = {
  example: "clear --dry-run",
  options: [
    ["--dry-run", "say what would be removed, and remove nothing"],
    ["--yes", "do not ask"],
  ],
  run,
};

async function run(options: ClearOptions): Promise<ExitCode> {
  const session = await openSession(options);
  const { project, output } = session;
  return session.withCache(async (cache): Promise<ExitCode> => {
    const paths = [...cache.paths({}), ...cache.unreadable().keys()];
    const what = `the records of ${counted(paths.length, "file")} of ${project.label} from ${shownLocation(project.database)}`;
    if (options.dryRun === true) {
      output.document("clear", { removed: 0, wouldRemove: paths.length, revision: cache.revision });
      output.line(`Would remove ${what}.`);
      return 0;
    }
    if (options.yes !== true && !(await confirm(`Remove ${what}?`))) {
      output.document("clear", { removed: 0, revision: cache.revision });
      output.line("Nothing was removed.");
      return 2;
    }
    // From now on the index lacks files. This makes answers say so, until a run reads the tree
    // again.
    await cache.source.begin({ root: project.root ?? project.label, begunAt: session.clock.now() });
    for (let start = 0; start < paths.length; start += BATCH) await cache.remove(paths.slice(start, start + BATCH));
    output.document("clear", { removed: paths.length, revision: cache.revision });
    output.line(`Removed ${what}. \`metacache index\` creates them again.`);
    return 0;
  });
}
