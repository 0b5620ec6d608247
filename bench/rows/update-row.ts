import { IndexLoader } from "../../src/indexing/index-loader.ts";
import { finished, type IndexManager } from "../../src/indexing/index-manager.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { termsOf } from "../../src/record/terms.ts";
import { awaiting, type Contestant, race, type Run } from "../measuring/measure.ts";
import { PlanIndexManager } from "../rivals/plan.ts";
import { TermSets } from "../rivals/term-sets.ts";
import { figuresOf, ratioOf, type Row, times } from "../row.ts";
import { functionName, FUNCTION_NAMES, withRenamedFunction } from "../inputs/workload.ts";

/** A record before and after an edit. */
interface Edit {
  readonly before: FileMetadata;
  readonly after: FileMetadata;
}

export const updateRow: Row = {
  id: "update",
  usesInternals: true,
  what: "update with one changed term",
  toReach: "<= 4 us",
  async run(stage) {
    const { records, random } = stage;
    const edits: Edit[] = random.shuffled(records.slice(0, 20_000)).flatMap((before) => {
      const after = withRenamedFunction(before, functionName(random.integer(FUNCTION_NAMES)));
      // Each edit is undone again, so that every round finds the same state as the first.
      return [
        { before, after },
        { before: after, after: before },
      ];
    });
    const own = indexOf(records);
    const other = indexOf(records);
    const sets = new TermSets();
    const plan = new PlanIndexManager();
    for (const record of records) {
      sets.add(record);
      plan.indexMetadata(record);
    }
    let revision = records.length;
    const contestants: Contestant[] = [
      { name: OWN, run: updating(own, edits, () => ++revision, "untimed") },
      { name: OWN_WITH_MERGES, run: updating(other, edits, () => ++revision, "timed") },
      {
        name: SETS,
        run: editing(edits, ({ before, after }) => {
          sets.remove(before);
          sets.add(after);
        }),
      },
      {
        name: "the plan: every set of every index visited",
        run: editing(edits, ({ after }) => {
          plan.removeFromIndexes(after.path);
          plan.indexMetadata(after);
        }),
      },
    ];
    for (const { run } of contestants) await run(2);
    verify(own, other, sets, plan, edits[0] as Edit);
    const results = await race(contestants, stage.options);

    const cache = await stage.cacheOfCopy(stage.options.records, { maxItems: 1_000 });
    const whole = await race(
      [{ name: "metacache, update() with its commit", run: awaiting(edits, ({ after }) => cache.update(after)) }],
      stage.options,
    );
    const time = results[0]?.time.median ?? 0;
    const merged = results[1]?.time.median ?? 0;
    return {
      figures: [...figuresOf(results), ...figuresOf(whole)],
      goals: [
        { text: `<= 4 us: ${time.toPrecision(3)} us`, reached: time <= 4 },
        { text: `<= 4 us, merges included: ${merged.toPrecision(3)} us`, reached: merged <= 4 },
        { text: `faster than a Map of Sets: ${times(ratioOf(results, SETS))}`, reached: ratioOf(results, SETS) > 1 },
      ],
      verified: "after an edit and its undoing, the same records for the old and the new term in all four",
      notes: [
        "computing the record's terms is part of every update, making the new record is not",
        "making images of the changes and merging them runs beside reads and writes, in steps of a millisecond: once it is not counted, once it is counted whole",
      ],
    };
  },
};

const OWN = "metacache's index";
const OWN_WITH_MERGES = "metacache's index, merges included";
const SETS = "Map<term, Set<path>>, remove all + add all";

function indexOf(records: readonly FileMetadata[]): IndexManager {
  const loader = new IndexLoader();
  records.forEach((record, number) => loader.add(record, number + 1, termsOf(record)));
  return finished(loader.finish());
}

/** As the cache does it: frozen layers become images, and images are merged. */
function updating(index: IndexManager, edits: readonly Edit[], revision: () => number, merges: "timed" | "untimed"): Run {
  const apply = editing(edits, ({ after }) => {
    index.put(after, revision(), termsOf(after));
  });
  return (calls) => {
    let spent = 0;
    // This many changes are frozen at once, so that at most one image is due between two pieces.
    for (let left = calls; left > 0; left -= PIECE) {
      spent += apply(Math.min(PIECE, left));
      const start = performance.now();
      if (index.frozen.length > 0) finished(index.merge(index.frozen));
      for (let due = index.mergeDue(); due.length > 0; due = index.mergeDue()) finished(index.merge(due));
      if (merges === "timed") spent += (performance.now() - start) * 1_000;
    }
    return spent;
  };
}

const PIECE = 200;

function verify(own: IndexManager, other: IndexManager, sets: TermSets, plan: PlanIndexManager, { before, after }: Edit): void {
  for (const { functions } of [before, after]) {
    const { name } = functions[0] ?? { name: "" };
    const [term] = termsOf({
      ...before,
      functions: [{ ...(before.functions[0] as FileMetadata["functions"][number]), name }],
    }).functionName;
    if (term === undefined) throw new Error("a function has a term");
    const counts = [
      own.count("functionName", term),
      other.count("functionName", term),
      sets.count("functionName", term),
      plan.pathsByFunction(name).size,
    ];
    if (new Set(counts).size !== 1) throw new Error(`${name} has ${counts.join(", ")} records: an update went wrong`);
  }
}

function editing(edits: readonly Edit[], apply: (edit: Edit) => unknown): (calls: number) => number {
  let next = 0;
  return (calls) => {
    const start = performance.now();
    for (let made = 0; made < calls; made++) {
      apply(edits[next] as Edit);
      next = next + 1 === edits.length ? 0 : next + 1;
    }
    return (performance.now() - start) * 1_000;
  };
}
