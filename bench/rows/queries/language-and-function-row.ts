import { type LanguageAndFunction, languagesAndFunctions } from "../../arguments.ts";
import { awaiting, calling, type Contestant, race } from "../../measuring/measure.ts";
import { preparing } from "../../inputs/prepared.ts";
import { raceQueries, VERIFIED } from "../../measuring/query-race.ts";
import type { Rival } from "../../rivals/rival.ts";
import { figuresOf, ratioOf, type Row, times } from "../../row.ts";

const OTHERS = ["LokiJS", "TanStack DB", "RxDB"];
const OPENED = "metacache, just opened";
const FILLED = "metacache, filled by updates";
const PREPARED = "metacache, prepared queries";
const HAND_WRITTEN = "hand-written index";

export const languageAndFunctionRow: Row = {
  id: "language-and-function",
  what: "language AND function, 10 whole records",
  toReach: "<= 3x the hand-written index whatever the order of insertion, prepared <= 2x; >= 20x faster than SQLite; >= 1,000x the others",
  async run(stage) {
    const cache = await stage.warmCache();
    const filled = await stage.filledCache();
    const handWritten = await stage.rival("handWritten");
    const rivals: Rival[] = [handWritten];
    for (const name of ["sqlite", "plan", "loki", "tanstack", "rxdb"] as const) rivals.push(await stage.rival(name));
    const args = languagesAndFunctions(stage.records, 10, stage.random);
    const results = await raceQueries(stage, {
      args,
      own: async (query) => (await cache.query(query)).items,
      rivals,
      ask: (rival, { language, functionName }) => rival.byLanguageAndFunction?.(language, functionName),
    });
    const prepare = preparing(cache);
    const ask = (query: LanguageAndFunction): unknown => handWritten.byLanguageAndFunction(query.language, query.functionName);
    const contestants: Contestant[] = [
      { name: HAND_WRITTEN, run: calling(args, ask) },
      { name: OPENED, run: awaiting(args, async (query) => (await cache.query(query)).items) },
      { name: FILLED, run: awaiting(args, async (query) => (await filled.query(query)).items) },
      ...(prepare === undefined
        ? []
        : [{ name: PREPARED, run: awaiting(args.map(prepare), async (query) => (await cache.query(query)).items) }]),
    ];
    const own = await race(contestants, stage.options);
    const sqlite = ratioOf(results, "SQLite");
    const goal = (name: string, most: number): { readonly text: string; readonly reached: boolean } => {
      const ratio = ratioOf(own, name);
      return { text: `${name} <= ${most}x the hand-written index: ${times(ratio)}`, reached: ratio <= most };
    };
    return {
      figures: [...figuresOf(results), ...figuresOf(own, "to the hand-written index: ")],
      goals: [
        goal(OPENED, 3),
        goal(FILLED, 3),
        ...(prepare === undefined ? [] : [goal(PREPARED, 2)]),
        { text: `>= 20x faster than SQLite: ${times(sqlite)}`, reached: sqlite >= 20 },
        ...OTHERS.map((name) => ({
          text: `>= 1,000x faster than ${name}: ${times(ratioOf(results, name))}`,
          reached: ratioOf(results, name) >= 1_000,
        })),
      ],
      verified: VERIFIED,
      notes: [
        "the second race has the hand-written index first: its ratios are to that",
        ...(prepare === undefined ? ["queries cannot be prepared: they are not measured"] : []),
        ...rivals.map((rival) => `${rival.name}: ${rival.configuration}`),
      ],
    };
  },
};
