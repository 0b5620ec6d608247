import { expect, test } from "vitest";
import { StateEvents, type StateEvent } from "../../src/state/state-events.ts";
import { RevisionWaits } from "../../src/state/revision-waits.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

const POSITION = { epoch: "e", revision: 5, token: 5, horizon: 0 };
const ADVANCED: StateEvent = { kind: "advanced", changes: [], position: POSITION };

test.each<StateEvent>([ADVANCED, { kind: "replaced", load: {} }])(
  "who waits for a revision is told in the turn in which the state has reached it: $kind",
  async (event) => {
    const events = new StateEvents();
    const state = { revision: 3, subscribe: events.subscribe.bind(events) };
    const waits = new RevisionWaits(state, WITHOUT_TIMERS);
    const reached: number[] = [];
    const waiting = [4, 5, 6].map(async (revision) => {
      await waits.wait({ revision, timeoutMs: 1_000, signal: undefined, purpose: "awaited" }, Promise.resolve());
      reached.push(revision);
    });
    state.revision = 5;
    events.emit({ kind: "merged", whole: undefined });
    await Promise.resolve();
    expect(reached).toEqual([]);
    events.emit(event);
    await Promise.all(waiting.slice(0, 2));
    expect(reached).toEqual([4, 5]);
    waits.end();
    await expect(waiting[2]).rejects.toMatchObject({ code: "E_CLOSED" });
  },
);

test("who gave up, or whose time is up, leaves nothing behind and is told nothing more", async () => {
  const events = new StateEvents();
  const state = { revision: 3, subscribe: events.subscribe.bind(events) };
  const clock = new ManualClock();
  const waits = new RevisionWaits(state, clock);
  const abort = new AbortController();
  const wait = { revision: 4, timeoutMs: 1_000, purpose: "awaited" as const };
  const givenUp = waits.wait({ ...wait, signal: abort.signal }, Promise.resolve());
  abort.abort(new TypeError("enough"));
  await expect(givenUp).rejects.toThrow("enough");
  expect(clock.pending).toBe(0);
  const late = waits.wait({ ...wait, signal: undefined }, Promise.resolve());
  clock.fire();
  await expect(late).rejects.toMatchObject({ code: "E_TIMEOUT" });
  expect(clock.pending).toBe(0);
});
