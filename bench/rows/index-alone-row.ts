import assert from "node:assert/strict";
import { languagesAndFunctions } from "../arguments.ts";
import { calling, race } from "../measuring/measure.ts";
import { figuresOf, type Row } from "../row.ts";

export const indexAloneRow: Row = {
  id: "index-alone",
  what: "count or paths alone",
  toReach: "no record is touched",
  async run(stage) {
    const warm = await stage.warmCache();
    const bare = await stage.coldCache();
    const handWritten = await stage.rival("handWritten");
    const sqlite = await stage.rival("sqlite");
    const args = languagesAndFunctions(stage.records, 10, stage.random);

    bare.clear();
    for (const query of args.slice(-200)) {
      const expected = handWritten.byLanguageAndFunction(query.language, query.functionName).map(({ path }) => path);
      assert.deepEqual(bare.paths(query), expected);
      assert.equal(bare.count(query), expected.length);
      assert.equal(sqlite.countOfLanguageAndFunction(query.language, query.functionName), expected.length);
      assert.equal(handWritten.countOfLanguageAndFunction(query.language, query.functionName), expected.length);
    }
    const { residents, loads, recordsLoaded } = bare.getStats();
    const results = await race(
      [
        { name: "metacache, count, no record resident", run: calling(args, (query) => bare.count(query)) },
        { name: "metacache, count, all resident", run: calling(args, (query) => warm.count(query)) },
        { name: "metacache, paths, no record resident", run: calling(args, (query) => bare.paths(query)) },
        {
          name: "hand-written index, count",
          run: calling(args, ({ language, functionName }) => handWritten.countOfLanguageAndFunction(language, functionName)),
        },
        {
          name: "SQLite, count",
          run: calling(args, ({ language, functionName }) => sqlite.countOfLanguageAndFunction(language, functionName)),
        },
      ],
      stage.options,
    );
    const after = bare.getStats();
    return {
      figures: figuresOf(results),
      goals: [
        {
          text: `no record is touched: ${after.residents} resident, ${after.loads} reads of the database, ${after.recordsLoaded} records loaded`,
          reached: residents + loads + recordsLoaded + after.residents + after.loads + after.recordsLoaded === 0,
        },
      ],
      verified: "200 counts and lists of paths, equal to the hand-written index's and SQLite's",
      notes: [handWritten, sqlite].map((rival) => `${rival.name}: ${rival.configuration}`),
    };
  },
};
