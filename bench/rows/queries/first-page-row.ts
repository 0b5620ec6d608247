import { languageCounts, type LanguageCount } from "../../arguments.ts";
import type { FileMetadata } from "../../../src/record/file-metadata.ts";
import { awaiting, race } from "../../measuring/measure.ts";
import { raceQueries, VERIFIED } from "../../measuring/query-race.ts";
import type { Rival } from "../../rivals/rival.ts";
import { figuresOf, ratioOf, type Row, times } from "../../row.ts";

export const firstPageRow: Row = {
  id: "first-page",
  what: "first 50 of 30,000 matches, ordered by path",
  toReach: "faster than SQLite; cost follows the page, not the matches",
  async run(stage) {
    const cache = await stage.warmCache();
    const filled = await stage.filledCache();
    const rivals: Rival[] = [];
    for (const name of ["handWritten", "sqlite", "loki", "tanstack", "rxdb"] as const) rivals.push(await stage.rival(name));
    const [[most, many], [second, fewer]] = mostFrequentLanguages(stage.records);
    // 50 on average, so that questions differ.
    const limits = stage.random.shuffled(Array.from({ length: 51 }, (_, number) => 25 + number));
    const firstOf = (language: string) => async (limit: number) => (await cache.query({ language, limit })).items;
    const results = await raceQueries(stage, {
      args: limits,
      own: firstOf(most),
      ownName: `metacache, of ${many}`,
      rivals,
      ask: (rival, limit) => rival.firstOfLanguage?.(most, limit),
    });
    const scaling = await race(
      [
        { name: `metacache, of ${fewer}`, run: awaiting(limits, firstOf(second)) },
        { name: `metacache, of ${many} again`, run: awaiting(limits, firstOf(most)) },
        {
          name: `metacache filled by updates, of ${many}`,
          run: awaiting(limits, async (limit: number) => (await filled.query({ language: most, limit })).items),
        },
      ],
      stage.options,
    );
    const sqlite = ratioOf(results, "SQLite");
    const growth = scaling[1]?.ratio.median ?? 0;
    return {
      figures: [...figuresOf(results), ...figuresOf(scaling)],
      goals: [
        { text: `faster than SQLite: SQLite takes ${times(sqlite)} as long`, reached: sqlite > 1 },
        { text: `cost follows the page: ${times(many / fewer)} the matches take ${times(growth)} as long`, reached: growth <= 1.2 },
      ],
      verified: VERIFIED,
      notes: [
        "metacache's answer includes how many match in all; SQLite is not asked for that",
        ...rivals.map((rival) => `${rival.name}: ${rival.configuration}`),
      ],
    };
  },
};

function mostFrequentLanguages(records: readonly FileMetadata[]): readonly [LanguageCount, LanguageCount] {
  const [first, second] = languageCounts(records);
  if (first === undefined || second === undefined) throw new Error("the workload has fewer than two languages");
  return [first, second];
}
