import { QUERIED_INDEXES } from "../../record/terms.ts";
import { quoteName } from "../../base/text/escape.ts";
import { bytes } from "../../base/text/words.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession } from "../session.ts";

const SHOWN_TERMS = 5;

/**
 * `metacache stats`: prints what the cache of the project holds after opening, how long the command
 * took until then, and the most frequent terms of each index. Nothing has been read through the
 * cache yet. `--json` prints the figures about reads too, all 0.
 */
export const command: CommandDefinition = {
  example: "stats",
  run,
};

async function run(options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(options);
  return session.withCache(async (cache): Promise<ExitCode> => {
    const loadedInMs = session.elapsedMs();
    const stats = cache.getStats();
    const terms = Object.fromEntries(QUERIED_INDEXES.map((index) => [index, cache.terms(index).slice(0, SHOWN_TERMS)]));
    session.output.document("stats", { stats, terms });
    session.output.table([
      ["records", String(stats.records)],
      ["in memory", `${stats.residents} (${bytes(stats.residentBytes)})`],
      ["not in memory", `${stats.departures.notAdmitted} left out because there was no room, ${stats.departures.tooHeavy} too heavy`],
      ["index", bytes(stats.indexBytes)],
      ["revision", String(stats.revision)],
      ["loaded in", duration(loadedInMs)],
      ...QUERIED_INDEXES.map((index) => [
        `${index} terms`,
        `${stats.terms[index]}: ${(terms[index] ?? []).map(({ term, count }) => `${quoteName(term)} ${count}`).join(", ")}`,
      ]),
    ]);
    return 0;
  });
}

function duration(ms: number): string {
  return ms < 1_000 ? `${ms.toFixed(1)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
