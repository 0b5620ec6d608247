import { join } from "node:path";
import { RE2JS } from "re2js";
import type { MetadataCache } from "../../../src/cache/metadata-cache.ts";
import { openMetadataCache } from "../../../src/cache/opening/open-metadata-cache.ts";
import type { FileMetadataInput } from "../../../src/record/file-metadata.ts";
import { compilePathPattern } from "../../../src/query/pattern/path-pattern.ts";
import { languageCounts } from "../../arguments.ts";
import { calling, type Contestant, race, type Result } from "../../measuring/measure.ts";
import { figuresOf, ratioOf, type Row, times } from "../../row.ts";
import type { Stage } from "../../inputs/stage.ts";
import { assertSamePaths } from "../../measuring/verify.ts";

export const pathPatternRow: Row = {
  id: "path-pattern",
  what: "path pattern over 8,000 paths of one language",
  toReach: "<= 1.5x native RegExp, and linear on hostile patterns",
  async run(stage) {
    const cache = await stage.coldCache();
    const handWritten = await stage.rival("handWritten");
    const sqlite = await stage.rival("sqlite");
    const plan = await stage.rival("plan");
    const [language = "", many = 0] = languageCounts(stage.records)[3] ?? [];
    const patterns = differentPatterns(stage);
    const own = (pathPattern: string): readonly string[] => cache.paths({ language, pathPattern });
    const paths = stage.records.filter((record) => record.language === language).map(({ path }) => path as string);
    paths.sort();
    const withRe2js = (pattern: string): readonly string[] => {
      const expression = RE2JS.compile(pattern);
      return paths.filter((path) => expression.test(path));
    };

    for (const pattern of patterns.slice(-20)) {
      const expected = own(pattern);
      for (const rival of [handWritten, sqlite, plan]) assertSamePaths(expected, rival, rival.pathsOfLanguageMatching(language, pattern));
      assertSamePaths(expected, handWritten, withRe2js(pattern));
    }
    const results = await race(
      [
        { name: "metacache", run: calling(patterns, own) },
        {
          name: "native RegExp over a list of the paths",
          run: calling(patterns, (pattern) => handWritten.pathsOfLanguageMatching(language, pattern)),
        },
        {
          name: "SQLite with a function",
          run: calling(patterns, (pattern) => sqlite.pathsOfLanguageMatching(language, pattern)),
        },
        { name: "re2js alone", run: calling(patterns, withRe2js) },
        { name: "the plan", run: calling(patterns, (pattern) => plan.pathsOfLanguageMatching(language, pattern)) },
      ],
      stage.options,
    );
    const hostile = await raceHostilePattern(stage);
    const native = 1 / ratioOf(results, "native RegExp over a list of the paths");
    const natively = patterns.filter((pattern) => compilePathPattern(pattern).matching.engine === "native").length;
    const growth = hostile.own.at(-1)?.ratio.median ?? 0;
    return {
      figures: [
        ...figuresOf(results),
        ...figuresOf(hostile.own, "hostile pattern, metacache: "),
        ...figuresOf(hostile.native, "hostile pattern, native RegExp: "),
      ],
      goals: [
        { text: `<= 1.5x native RegExp: ${times(native)}`, reached: native <= 1.5 },
        {
          text: `linear on a hostile pattern: ${times(LONGEST / SHORTEST)} the characters take ${times(growth)} as long`,
          reached: growth <= 1.5 * (LONGEST / SHORTEST),
        },
      ],
      verified: "the paths for 20 patterns by every rival, equal to metacache's",
      notes: [
        `${natively} of the patterns are matched by V8's own engine, the others linearly`,
        `${many} paths; ${patterns.length} patterns, so that nobody finds one compiled: compiling is part of every call`,
        `hostile: ${HOSTILE} on ${PATHS} paths of nothing but "a" with another letter at the end; native RegExp gets one path, and 2 characters more each time`,
        ...[sqlite, plan].map((rival) => `${rival.name}: ${rival.configuration}`),
      ],
    };
  },
};

/** Patterns as people write them, each different. */
function differentPatterns(stage: Stage): string[] {
  const { random } = stage;
  const folders = ["core", "api", "model", "store", "handlers", "queue", "client", "server", "parser", "views"];
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const found = new Set<string>();
  while (found.size < 300) {
    const [folder, other, letter] = [random.pick(folders), random.pick(folders), letters[random.integer(26)] ?? "a"];
    found.add(
      random.pick([
        `/${folder}/.*_0${letter}`,
        `^(libs|apps)/[a-m]\\w+/${folder}/[${letter}-z]`,
        `(${folder}|${other})/${letter}[a-z]+_\\w{4}\\.`,
        `^services/.*${letter}/${folder}/.*[${letter}0-9]\\.\\w+$`,
      ]),
    );
  }
  return [...found];
}

const HOSTILE = "(a+)+$";
const PATHS = 20;
const SHORTEST = 500;
const LONGEST = 4_000;

/**
 * How the time grows with the length of the path. Each step has a language of its own, by which it
 * is asked for.
 */
async function raceHostilePattern(stage: Stage): Promise<{ readonly own: readonly Result[]; readonly native: readonly Result[] }> {
  const database = join(stage.options.directory, `hostile-${process.pid}.db`);
  const cache = await openMetadataCache({ project: "bench", database, environment: {} });
  stage.closeLater(() => cache.shutdown());
  const lengths: number[] = [];
  for (let length = SHORTEST; length <= LONGEST; length *= 2) lengths.push(length);
  for (const length of lengths) await cache.update(hostileRecords(stage, length));
  const own = await race(
    lengths.map((length) => hostileContestant(cache, length)),
    stage.options,
  );
  const expression = new RegExp(HOSTILE);
  const shortOnes = stage.options.smoke ? [14, 16] : [16, 18, 20, 22];
  const native = await race(
    shortOnes.map((length) => ({
      name: `${length} characters`,
      run: calling([`${"a".repeat(length - 1)}b`], (path) => expression.test(path)),
    })),
    stage.options,
  );
  return { own, native };
}

function hostileContestant(cache: MetadataCache, length: number): Contestant {
  const found = cache.count({ language: `length${length}`, pathPattern: HOSTILE });
  if (found !== 0) throw new Error(`${found} hostile paths match, although none ends in "a"`);
  return {
    name: `${length} characters`,
    run: calling([HOSTILE], (pathPattern) => cache.count({ language: `length${length}`, pathPattern })),
  };
}

function hostileRecords(stage: Stage, length: number): FileMetadataInput[] {
  const record = stage.workload().record(0);
  return Array.from({ length: PATHS }, (_, number) => {
    const end = `b${String.fromCodePoint(98 + number)}`;
    return { ...record, path: `${"a".repeat(length - end.length)}${end}`, language: `length${length}` };
  });
}
