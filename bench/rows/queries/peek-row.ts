import { freshCopies } from "../../arguments.ts";
import { awaiting, calling, type Contestant, race, type Run } from "../../measuring/measure.ts";
import type { Rival } from "../../rivals/rival.ts";
import { figuresOf, ratioOf, type Row, times } from "../../row.ts";
import { assertSameRecords } from "../../measuring/verify.ts";

export const peekRow: Row = {
  id: "peek",
  what: "read one resident record",
  toReach: "<= lru-cache's get; >= 50x faster than SQLite",
  async run(stage) {
    const cache = await stage.warmCache();
    const handWritten = await stage.rival("handWritten");
    const others: Rival[] = [];
    for (const name of ["lruCache", "sqlite", "plan", "loki", "tanstack", "rxdb"] as const) others.push(await stage.rival(name));
    const paths = freshCopies(stage.random.shuffled(stage.records.map(({ path }) => path as string)));

    for (const path of paths.slice(-20)) {
      const record = cache.peek(path);
      if (record === undefined) throw new Error(`${path} is not resident`);
      for (const rival of [handWritten, ...others]) assertSameRecords([record], rival, [await rival.get?.(path)]);
    }
    const contestants = (loop: Loop): Contestant[] => [
      { name: "metacache, peek", run: loop(paths, (path) => cache.peek(path)), maxCalls: MAX_CALLS },
      { name: "bare Map.get", run: loop(paths, (path) => handWritten.get(path)), maxCalls: MAX_CALLS },
      ...others
        .filter(({ name }) => name !== "RxDB")
        .map((rival) => ({ name: rival.name, run: loop(paths, (path) => rival.get?.(path)), maxCalls: MAX_CALLS })),
    ];
    const results = await race(
      [
        ...contestants(calling),
        { name: "Map.get and structuredClone", run: calling(paths, (path) => structuredClone(handWritten.get(path))) },
        { name: "metacache, getMetadata", run: awaiting(paths, (path) => cache.getMetadata(path)), maxCalls: MAX_CALLS },
        ...others
          .filter(({ name }) => name === "RxDB")
          .map((rival) => ({
            name: rival.name,
            run: awaiting(paths, (path) => rival.get?.(path)),
            maxCalls: Math.max(1, Math.floor(paths.length / (stage.options.rounds + 10))),
          })),
      ],
      stage.options,
    );
    const fresh = await race(contestants(callingFresh), stage.options);
    const [lru, sqlite] = [ratioOf(results, "lru-cache"), ratioOf(results, "SQLite")];
    return {
      figures: [...figuresOf(results), ...figuresOf(fresh, "paths never seen: ")],
      goals: [
        { text: `<= lru-cache's get: lru-cache takes ${times(lru)} as long`, reached: lru >= 1 },
        { text: `>= 50x faster than SQLite: ${times(sqlite)}`, reached: sqlite >= 50 },
      ],
      verified: "20 records of every rival, equal to metacache's to their depths",
      notes: [
        "paths at random over all records, as strings that were looked up before, as from an earlier answer; then as strings that nobody has seen",
        ...[handWritten, ...others].map((rival) => `${rival.name}: ${rival.configuration}`),
      ],
    };
  },
};

const MAX_CALLS = 50_000;

type Loop = typeof calling;

/** Each path is a new string, like the path of a request: its hash is not computed yet. */
function callingFresh<A>(paths: readonly A[], read: (path: A) => unknown): Run {
  let next = 0;
  return (calls) => {
    const wanted = Array.from({ length: calls }, () => paths[next++ % paths.length] as A);
    return calling(freshCopies(wanted), read)(calls);
  };
}
