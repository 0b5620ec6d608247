import { documents, languageCounts, languagesAndFunctions } from "../../arguments.ts";
import { raceQueries, VERIFIED } from "../../measuring/query-race.ts";
import { figuresOf, type Goal, ratioOf, type Row, times } from "../../row.ts";
import type { Result } from "../../measuring/measure.ts";

export const coldRow: Row = {
  id: "cold",
  what: "the same queries with no record resident",
  toReach: "complete; <= 1.2x SQLite answering the same query by itself",
  async run(stage) {
    const cache = await stage.coldCache();
    const sqlite = await stage.rival("sqlite");
    const handWritten = await stage.rival("handWritten");
    const isCold = (records: readonly { readonly path: string }[]): boolean => records.every(({ path }) => cache.peek(path) === undefined);

    const ten = await raceQueries(stage, {
      args: languagesAndFunctions(stage.records, 10, stage.random).filter(({ language, functionName }) =>
        isCold(handWritten.byLanguageAndFunction(language, functionName)),
      ),
      own: async (query) => (await cache.query(query)).items,
      rivals: [sqlite],
      ask: (rival, { language, functionName }) => rival.byLanguageAndFunction?.(language, functionName),
    });
    const twoHundred = await raceQueries(stage, {
      args: documents(stage.records, stage.random).filter((target) => isCold(handWritten.byReferenceDoc(target))),
      own: async (referenceDoc) => (await cache.query({ referenceDoc })).items,
      rivals: [sqlite],
      ask: (rival, target) => rival.byReferenceDoc?.(target),
    });
    // The most frequent language of which no record on the first page is resident.
    const [language = ""] = languageCounts(stage.records).find(([name]) => isCold(handWritten.firstOfLanguage(name, 75))) ?? [];
    const page = await raceQueries(stage, {
      args: stage.random.shuffled(Array.from({ length: 51 }, (_, number) => 25 + number)),
      own: async (limit) => (await cache.query({ language, limit })).items,
      rivals: [sqlite],
      ask: (rival, limit) => rival.firstOfLanguage?.(language, limit),
    });
    return {
      figures: [
        ...figuresOf(ten, "10 by language and function: "),
        ...figuresOf(twoHundred, "200 by document: "),
        ...figuresOf(page, "first 50 by path: "),
      ],
      goals: [judge("10 records", ten), judge("200 records", twoHundred), judge("first 50", page)],
      verified: `${VERIFIED}: complete, although next to nothing is in memory`,
      notes: [
        "maxItems 100, and all 100 places taken by records that no question here is about: every record of every answer comes from the database",
        `${sqlite.name}: ${sqlite.configuration}`,
      ],
    };
  },
};

function judge(what: string, results: readonly Result[]): Goal {
  const slower = 1 / ratioOf(results, "SQLite");
  return { text: `${what} <= 1.2x SQLite: ${times(slower)}`, reached: slower <= 1.2 };
}
