import { documents } from "../arguments.ts";
import { raceQueries, VERIFIED } from "../query-race.ts";
import type { Rival } from "../rivals/rival.ts";
import { figuresOf, ratioOf, type Row, times } from "../row.ts";

export const referenceDocRow: Row = {
  id: "reference-doc",
  what: "by referenced document, 200 whole records",
  toReach: ">= 50x faster than SQLite",
  async run(stage) {
    const cache = await stage.warmCache();
    const rivals: Rival[] = [];
    for (const name of ["handWritten", "sqlite", "plan", "loki", "tanstack", "rxdb"] as const) rivals.push(await stage.rival(name));
    const results = await raceQueries(stage, {
      args: documents(stage.records, stage.random),
      own: async (referenceDoc) => (await cache.query({ referenceDoc })).items,
      rivals,
      ask: (rival, target) => rival.byReferenceDoc?.(target),
    });
    const sqlite = ratioOf(results, "SQLite");
    return {
      figures: figuresOf(results),
      goals: [{ text: `>= 50x faster than SQLite: ${times(sqlite)}`, reached: sqlite >= 50 }],
      verified: VERIFIED,
      notes: rivals.map((rival) => `${rival.name}: ${rival.configuration}`),
    };
  },
};
