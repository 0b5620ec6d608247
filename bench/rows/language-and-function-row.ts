import { languagesAndFunctions } from "../arguments.ts";
import { raceQueries, VERIFIED } from "../query-race.ts";
import type { Rival } from "../rivals/rival.ts";
import { figuresOf, ratioOf, type Row, times } from "../row.ts";

const OTHERS = ["LokiJS", "TanStack DB", "RxDB"];

export const languageAndFunctionRow: Row = {
  id: "language-and-function",
  what: "language AND function, 10 whole records",
  toReach: "<= 2x the hand-written index; >= 20x faster than SQLite; >= 1,000x the others",
  async run(stage) {
    const cache = await stage.warmCache();
    const rivals: Rival[] = [];
    for (const name of ["handWritten", "sqlite", "plan", "loki", "tanstack", "rxdb"] as const) rivals.push(await stage.rival(name));
    const results = await raceQueries(stage, {
      args: languagesAndFunctions(stage.records, 10, stage.random),
      own: async (query) => (await cache.query(query)).items,
      rivals,
      ask: (rival, { language, functionName }) => rival.byLanguageAndFunction?.(language, functionName),
    });
    const handWritten = ratioOf(results, "hand-written index");
    const sqlite = ratioOf(results, "SQLite");
    return {
      figures: figuresOf(results),
      goals: [
        { text: `<= 2x the hand-written index: ${times(1 / handWritten)}`, reached: 1 / handWritten <= 2 },
        { text: `>= 20x faster than SQLite: ${times(sqlite)}`, reached: sqlite >= 20 },
        ...OTHERS.map((name) => ({
          text: `>= 1,000x faster than ${name}: ${times(ratioOf(results, name))}`,
          reached: ratioOf(results, name) >= 1_000,
        })),
      ],
      verified: VERIFIED,
      notes: rivals.map((rival) => `${rival.name}: ${rival.configuration}`),
    };
  },
};
