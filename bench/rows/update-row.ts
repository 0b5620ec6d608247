import { IndexLoader } from "../../src/indexing/index-loader.ts";
import { finished, type IndexManager } from "../../src/indexing/index-manager.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { termsOf } from "../../src/record/terms.ts";
import { awaiting, type Contestant, race } from "../measure.ts";
import { PlanIndexManager } from "../rivals/plan.ts";
import { TermSets } from "../rivals/term-sets.ts";
import { figuresOf, type Row } from "../row.ts";
import { functionName, FUNCTION_NAMES, withRenamedFunction } from "../workload.ts";

/** A record as it is and as it will be. */
interface Edit {
  readonly before: FileMetadata;
  readonly after: FileMetadata;
}

export const updateRow: Row = {
  id: "update",
  what: "update with one changed term",
  toReach: "<= 4 us",
  async run(stage) {
    const { records, random } = stage;
    const edits: Edit[] = random.shuffled(records.slice(0, 20_000)).flatMap((before) => {
      const after = withRenamedFunction(before, functionName(random.integer(FUNCTION_NAMES)));
      // There and back again, so that every round finds what the first one found.
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
      {
        name: "metacache's index, with the images of what changed last",
        run: (calls) => {
          let merging = 0;
          const us = editing(edits, ({ after }) => {
            merging += put(own, after, ++revision);
          })(calls);
          return us - 1_000 * merging;
        },
        minCalls: 20_000,
      },
      {
        name: "the same, with merges",
        run: editing(edits, ({ after }) => put(other, after, ++revision)),
        // So many that merges of every size are among them.
        minCalls: 20_000,
      },
      {
        name: "Map<term, Set<path>>, remove all + add all",
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
    return {
      figures: [...figuresOf(results), ...figuresOf(whole)],
      goals: [{ text: `<= 4 us: ${time.toPrecision(3)} us`, reached: time <= 4 }],
      verified: "after an edit and its undoing, the same records for the old and the new term in all four",
      notes: [
        "the first figure is what a write waits for; merges run in the background, in steps",
        "computing the record's terms is part of every update, making the new record is not",
      ],
    };
  },
};

function indexOf(records: readonly FileMetadata[]): IndexManager {
  const loader = new IndexLoader();
  records.forEach((record, number) => loader.add(record, number + 1, termsOf(record)));
  return finished(loader.finish());
}

/** As the state of a cache does it: with an image made of what changed last, and merges. Returns how long the merges took, in milliseconds. */
function put(index: IndexManager, record: FileMetadata, revision: number): number {
  index.put(record, revision, termsOf(record));
  if (!index.isFlushDue) return 0;
  index.flush();
  const due = index.mergeDue();
  const start = performance.now();
  if (due.length > 0) finished(index.merge(due));
  return performance.now() - start;
}

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
