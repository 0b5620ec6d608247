import { documents } from "../../arguments.ts";
import { awaiting, race } from "../../measuring/measure.ts";
import { raceQueries, VERIFIED } from "../../measuring/query-race.ts";
import type { Rival } from "../../rivals/rival.ts";
import { figuresOf, ratioOf, type Row, times } from "../../row.ts";

export const referenceDocRow: Row = {
  id: "reference-doc",
  what: "by referenced document, 200 whole records",
  toReach: ">= 50x faster than SQLite",
  async run(stage) {
    const cache = await stage.warmCache();
    const filled = await stage.filledCache();
    const rivals: Rival[] = [];
    for (const name of ["handWritten", "sqlite", "plan", "loki", "tanstack", "rxdb"] as const) rivals.push(await stage.rival(name));
    const args = documents(stage.records, stage.random);
    const results = await raceQueries(stage, {
      args,
      own: async (referenceDoc) => (await cache.query({ referenceDoc })).items,
      rivals,
      ask: (rival, target) => rival.byReferenceDoc?.(target),
    });
    const own = await race(
      [
        { name: "metacache, just opened", run: awaiting(args, async (referenceDoc) => (await cache.query({ referenceDoc })).items) },
        { name: "metacache, filled by updates", run: awaiting(args, async (referenceDoc) => (await filled.query({ referenceDoc })).items) },
      ],
      stage.options,
    );
    const sqlite = ratioOf(results, "SQLite");
    return {
      figures: [...figuresOf(results), ...figuresOf(own)],
      goals: [{ text: `>= 50x faster than SQLite: ${times(sqlite)}`, reached: sqlite >= 50 }],
      verified: VERIFIED,
      notes: rivals.map((rival) => `${rival.name}: ${rival.configuration}`),
    };
  },
};
