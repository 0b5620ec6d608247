import assert from "node:assert/strict";
import type { FileMetadata } from "../../../src/record/file-metadata.ts";
import type { SymbolQuery } from "../../../src/query/symbols/symbol-query.ts";
import { awaiting, calling, race } from "../../measuring/measure.ts";
import { figuresOf, type Row } from "../../row.ts";

/**
 * A prefix has this many characters. The text for `like` has more, and begins in the middle of a
 * name.
 */
const PREFIX_LENGTH = 6;
const QUERIES = 300;

export const symbolsRow: Row = {
  id: "symbols",
  what: "first ten symbols by name, prefix, like",
  toReach: "each quicker than a scan of the records",
  async run(stage) {
    const cache = await stage.warmCache();
    const { records, random } = stage;
    const names = Array.from({ length: QUERIES }, () => {
      const { functions } = records[random.integer(records.length)] as FileMetadata;
      return functions[random.integer(functions.length)]?.name ?? "f";
    });
    const prefixes = names.map((name) => name.slice(0, PREFIX_LENGTH));
    const parts = names.map((name) => name.slice(Math.floor(name.length / 2)));
    const find = (query: SymbolQuery) => cache.symbols({ ...query, limit: 10 });
    const scan = (fits: (name: string) => boolean): number => {
      let total = 0;
      for (const { functions, classes } of records) {
        for (const { name } of functions) if (fits(name)) total++;
        for (const { name } of classes) if (fits(name)) total++;
      }
      return total;
    };
    const contains = (part: string): ((name: string) => boolean) => {
      const lower = part.toLowerCase();
      return (name) => name.toLowerCase().includes(lower);
    };

    for (const [place, name] of names.slice(-10).entries()) {
      const prefix = prefixes.slice(-10)[place] as string;
      const like = parts.slice(-10)[place] as string;
      assert.equal(
        (await find({ name })).total,
        scan((own) => own === name),
      );
      assert.equal(
        (await find({ name: { prefix } })).total,
        scan((own) => own.startsWith(prefix)),
      );
      // Names that `like` finds only by their words are additional.
      assert.ok((await find({ name: { like } })).total >= scan(contains(like)));
    }
    const races = [
      await race(
        [
          { name: "exact name", run: awaiting(names, (name) => find({ name })) },
          { name: "exact name, scan", run: calling(names, (name) => scan((own) => own === name)) },
        ],
        stage.options,
      ),
      await race(
        [
          { name: "prefix", run: awaiting(prefixes, (prefix) => find({ name: { prefix } })) },
          { name: "prefix, scan", run: calling(prefixes, (prefix) => scan((own) => own.startsWith(prefix))) },
        ],
        stage.options,
      ),
      await race(
        [
          { name: "like", run: awaiting(parts, (like) => find({ name: { like } })) },
          { name: "like, scan for a part alone", run: calling(parts, (part) => scan(contains(part))) },
        ],
        stage.options,
      ),
    ];
    return {
      figures: races.flatMap((results) => figuresOf(results)),
      goals: races.map(([own, rival]) => ({
        text: `${own?.name ?? ""} quicker than the scan: ${(rival?.ratio.median ?? 0).toFixed(1)}x`,
        reached: (rival?.ratio.median ?? 0) > 1,
      })),
      verified: "the totals of 10 queries of each form, equal to the scan's; those by like no fewer than the scan finds",
      notes: ["the scan goes through the records in memory, and counts; its like finds parts alone, no beginnings of words"],
    };
  },
};
