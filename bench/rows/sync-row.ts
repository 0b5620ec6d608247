import { type Clock, systemClock } from "../../src/base/clock.ts";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { type Contestant, race, type Result } from "../measuring/measure.ts";
import { figuresOf, type Goal, type Row, times } from "../row.ts";
import { PROJECT, type Stage } from "../inputs/stage.ts";
import { functionName, FUNCTION_NAMES, withRenamedFunction } from "../inputs/workload.ts";

const MOST_CHANGES = 10;

export const syncRow: Row = {
  id: "sync",
  what: "incremental sync of 1 change, 10 changes",
  toReach: "<= 1.2x with 100 times the records",
  async run(stage) {
    const sizes = [Math.max(MOST_CHANGES * 2, Math.ceil(stage.options.records / 100)), stage.options.records];
    const results: (readonly Result[])[] = [];
    for (const changes of [1, MOST_CHANGES]) {
      const contestants: Contestant[] = [];
      for (const size of sizes) contestants.push(await syncContestant(stage, size, changes));
      results.push(await race(contestants, stage.options));
    }
    const [one = [], ten = []] = results;
    return {
      figures: [...figuresOf(one, "1 change: "), ...figuresOf(ten, "10 changes: ")],
      goals: [flatness("1 change", one), flatness("10 changes", ten)],
      verified: "after each sync measured, the cache is at the writer's revision and reports as many changes as were made",
      notes: [
        "the changes are made through a second connection to the database, as another process would; making them is not timed",
        "ratios are to the same sync with the fewer records",
      ],
    };
  },
};

function flatness(what: string, results: readonly Result[]): Goal {
  const ratio = results.at(-1)?.ratio.median ?? 0;
  return { text: `${what}: ${times(ratio)} with the more records`, reached: ratio <= 1.2 };
}

/**
 * Without timers the cache does not follow the database by itself. This row measures that
 * following.
 */
const WITHOUT_TIMERS: Clock = { ...systemClock, schedule: () => () => undefined };

async function syncContestant(stage: Stage, records: number, changes: number): Promise<Contestant> {
  const file = await stage.copyOfDatabase(records);
  const cache = await openMetadataCache({ project: PROJECT, database: file, maxItems: 100, environment: {}, clock: WITHOUT_TIMERS });
  const database = await openSqliteDatabase({ file });
  stage.closeLater(() => database.close());
  stage.closeLater(() => cache.shutdown());
  const store = await database.openProject(PROJECT);
  const workload = stage.workload(records);
  const edit = (): FileMetadata =>
    withRenamedFunction(workload.record(stage.random.integer(records)), functionName(stage.random.integer(FUNCTION_NAMES)));
  return {
    name: `${records} records`,
    async run(calls) {
      let spent = 0;
      for (let made = 0; made < calls; made++) {
        const edits = new Map<string, FileMetadata>();
        while (edits.size < changes) {
          const edited = edit();
          edits.set(edited.path, edited);
        }
        const { position, changes: written } = await store.write([...edits.values()], []);
        const start = performance.now();
        const report = await cache.syncWithDatabase();
        spent += performance.now() - start;
        if (report.kind !== "incremental" || report.changed !== written.length || cache.revision !== position.revision) {
          throw new Error(`a ${report.kind} sync of ${report.changed} of ${written.length} changes reached ${cache.revision}`);
        }
      }
      return spent * 1_000;
    },
  };
}
