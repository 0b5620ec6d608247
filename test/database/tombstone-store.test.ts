import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noteAmong, revisionAt, type RevisionTime } from "../../src/database/tombstone-store.ts";

const HOUR = 3_600_000;

function positionAt(revision: number, horizon: number = 0): Parameters<typeof noteAmong>[1] {
  return { epoch: "e", revision, token: 1, horizon };
}

/** The notes after one more call. */
function noted(times: readonly RevisionTime[], revision: number, now: number, horizon: number = 0): readonly RevisionTime[] {
  const { add, forget } = noteAmong(times, positionAt(revision, horizon), now);
  return [...times, ...(add === undefined ? [] : [add])].filter((time) => !forget.includes(time.revision));
}

describe("the notes of when a revision was there", () => {
  test("rise with the revisions however the clock is set back, and tell nothing too old while it is right", () => {
    const step = fc.record({ grows: fc.nat(3), passes: fc.nat(10 * HOUR), isBehindBy: fc.nat(1_000 * HOUR), compacts: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.nat(100 * HOUR), fc.boolean(), (steps, ago, isRight) => {
        let [times, truth, revision, horizon]: [readonly RevisionTime[], number, number, number] = [[], 1e6 * HOUR, 0, 0];
        /** By revision, when it was reached in truth. */
        const reached = new Map<number, number>();
        for (const { grows, passes, isBehindBy, compacts } of steps) {
          truth += passes;
          for (let more = 0; more < grows; more++) reached.set(++revision, truth);
          if (compacts) horizon = Math.max(horizon, revisionAt(times, truth - ago));
          times = noted(times, revision, isRight ? truth : truth - isBehindBy, horizon);
          expect(times.map((time) => time.notedAt)).toEqual(times.map((time) => time.notedAt).toSorted((a, b) => a - b));
          expect(times.map((time) => time.revision)).toEqual([...new Set(times.map((time) => time.revision))].sort((a, b) => a - b));
        }
        const found = revisionAt(times, truth - ago);
        if (isRight && found > 0) expect(reached.get(found)).toBeLessThanOrEqual(truth - ago);
      }),
    );
  });

  test("begin with the first revision, and stay as they are while nothing changes", () => {
    expect(noted([], 0, 5)).toEqual([]);
    expect(noted([], 3, 5)).toEqual([{ revision: 3, notedAt: 5 }]);
    expect(noted([{ revision: 3, notedAt: 5 }], 3, 50 * HOUR)).toEqual([{ revision: 3, notedAt: 5 }]);
  });

  test("are no more than two an hour, and the first and the last one stay", () => {
    let times: readonly RevisionTime[] = [];
    for (let minute = 0; minute <= 600; minute++) times = noted(times, minute + 1, minute * 60_000);
    expect(times.length).toBeLessThanOrEqual(22);
    expect(times[0]).toEqual({ revision: 1, notedAt: 0 });
    expect(times.at(-1)).toEqual({ revision: 601, notedAt: 600 * 60_000 });
    const gaps = times.slice(2).map(({ notedAt }, index) => notedAt - (times[index]?.notedAt ?? 0));
    expect(Math.min(...gaps.slice(0, -1))).toBeGreaterThanOrEqual(HOUR);
  });

  test("go when the horizon has passed them, except the last, and when they are ahead of the project", () => {
    const times = [1, 2, 3].map((revision) => ({ revision, notedAt: revision * 2 * HOUR }));
    expect(noted(times, 3, 9 * HOUR, 2)).toEqual(times.slice(2));
    expect(noted(times, 3, 9 * HOUR, 3)).toEqual(times.slice(2));
    expect(noted(times, 2, 9 * HOUR)).toEqual(times.slice(0, 2));
  });

  test("of a time that is still to come keep whatever was noted since, until that time", () => {
    const ahead = noted([{ revision: 1, notedAt: 10 * HOUR }], 2, 1_000 * HOUR);
    const after = noted(ahead, 3, 20 * HOUR);
    expect(after.at(-1)).toEqual({ revision: 3, notedAt: 1_000 * HOUR });
    expect(revisionAt(after, 999 * HOUR)).toBe(1);
    expect(revisionAt(after, 1_000 * HOUR)).toBe(3);
  });
});

test("the revision at a moment is the newest one noted by then, and none after a note that lies beyond it", () => {
  const times = [
    { revision: 2, notedAt: 10 },
    { revision: 5, notedAt: 20 },
  ];
  expect([9, 10, 19, 20, 99].map((moment) => revisionAt(times, moment))).toEqual([0, 2, 2, 5, 5]);
  expect(revisionAt([], 99)).toBe(0);
  // Another program has written these: the younger revision cannot have been there before the older
  // one.
  expect(revisionAt([...times, { revision: 7, notedAt: 1 }], 15)).toBe(2);
});
