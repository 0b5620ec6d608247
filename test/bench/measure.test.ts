import { describe, expect, test } from "vitest";
import { calling, race, spreadOf } from "../../bench/measuring/measure.ts";

describe("what the benchmark makes of its measurements", () => {
  test("is the median and the middle half", () => {
    expect(spreadOf([5, 1, 3, 2, 4])).toEqual({ median: 3, q1: 2, q3: 4 });
    expect(spreadOf([1, 2])).toEqual({ median: 1.5, q1: 1.25, q3: 1.75 });
    expect(spreadOf([7])).toEqual({ median: 7, q1: 7, q3: 7 });
  });

  test("is a ratio of each round, so that what slows a whole round down does not count", async () => {
    let busy = 1;
    const [own, rival] = await race(
      [
        { name: "own", run: (calls) => calls * 10 * (busy = busy === 1 ? 3 : 1), maxCalls: 1 },
        { name: "rival", run: (calls) => calls * 40 * busy, maxCalls: 1 },
      ],
      // Contestants take turns at being first: with one round, the first one is.
      { rounds: 1, targetMs: 1 },
    );
    expect(own?.ratio.median).toBe(1);
    expect(rival?.ratio.median).toBe(4);
  });

  test("comes from as many calls a round as fill its time, within what the contestant allows", async () => {
    const results = await race(
      [
        { name: "quick", run: (calls) => calls * 2 },
        { name: "slow", run: (calls) => calls * 5_000 },
        { name: "rare", run: (calls) => calls * 2, maxCalls: 7 },
        { name: "in batches", run: (calls) => calls * 5_000, minCalls: 3 },
      ],
      { rounds: 3, targetMs: 1 },
    );
    expect(results.map(({ name, callsARound }) => [name, callsARound])).toEqual([
      ["quick", 500],
      ["slow", 1],
      ["rare", 7],
      ["in batches", 3],
    ]);
    expect(results.map(({ time }) => time.median)).toEqual([2, 5_000, 2, 5_000]);
  });

  test("comes from arguments that follow each other, round and round", () => {
    const seen: string[] = [];
    const run = calling(["a", "b", "c"], (argument) => seen.push(argument));
    void run(2);
    void run(3);
    expect(seen.join("")).toBe("abcab");
  });
});
