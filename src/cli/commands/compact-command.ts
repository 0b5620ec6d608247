import { ConfigError } from "../../base/errors.ts";
import { Problems } from "../../base/validation.ts";
import { INDEXING_OPTIONS } from "../../config/indexing-config.ts";
import { checkOptionText } from "../../config/option.ts";
import { countOldTombstones, forgetTombstones } from "../../database/forget-tombstones.ts";
import { shownLocation } from "../../database/location/database-location.ts";
import { quoteName } from "../../base/text/escape.ts";
import { counted } from "../../base/text/words.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession } from "../session.ts";

interface CompactOptions extends CommonOptions {
  readonly olderThan?: string;
  readonly dryRun?: boolean;
}

/**
 * `metacache compact`: forgets old tombstones of the project. A cache that was away for longer must
 * load everything.
 */
export const command: CommandDefinition = {
  example: "compact --dry-run",
  options: [
    ["--older-than <days>", "forget deletions that are at least this many days old (default: the option tombstoneDays, 30)"],
    ["--dry-run", "say what would be forgotten, and write nothing"],
  ],
  notes: "`metacache index` does the same at its end.",
  run,
};

async function run(options: CompactOptions): Promise<ExitCode> {
  const given = readDays(options.olderThan);
  const session = await openSession(options);
  const { project, output, clock } = session;
  const olderThanDays = given ?? project.config.indexing.tombstoneDays;
  const dryRun = options.dryRun === true;
  return session.withStore(async (store): Promise<ExitCode> => {
    const policy = { olderThanDays, now: clock.now() };
    const { forgotten, left, horizon } = await (dryRun ? countOldTombstones(store, policy) : forgetTombstones(store, policy));
    const counts = dryRun ? { forgotten: 0, wouldForget: forgotten } : { forgotten };
    output.document("compact", { ...counts, left, horizon, olderThanDays, dryRun });
    const where = `of ${quoteName(project.label)} in ${quoteName(shownLocation(project.database))}`;
    output.line(
      `${dryRun ? "Would forget" : "Forgot"} ${counted(forgotten, "tombstone")} ${where} up to revision ${horizon}, ` +
        `known to be at least ${counted(olderThanDays, "day")} old; ${left} ${dryRun ? "would be" : "are"} left.`,
    );
    return 0;
  });
}

function readDays(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const problems = new Problems();
  const days = checkOptionText(problems, "--older-than", INDEXING_OPTIONS.tombstoneDays, text);
  if (problems.found.length > 0) throw new ConfigError("the command line", problems.found);
  return Number(days);
}
