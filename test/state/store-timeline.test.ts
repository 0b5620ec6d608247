import { expect, test } from "vitest";
import type { StorePosition } from "../../src/database/metadata-database.ts";
import { StoreTimeline } from "../../src/state/store-timeline.ts";

const at = (revision: number, token = revision): StorePosition => ({ epoch: "e", revision, token, horizon: 0 });

function timelineAt(position: StorePosition): StoreTimeline {
  const timeline = new StoreTimeline();
  timeline.replace(position, timeline.history, 0);
  return timeline;
}

function isAt(timeline: StoreTimeline, from: StorePosition): boolean {
  return timeline.canTake({ from, position: at(from.revision + 1), ...timeline.ask() });
}

test("a position is the same, or ahead, or of another history", () => {
  const timeline = timelineAt(at(5));
  expect(timeline.seen(timeline.ask(), { position: at(5) })).toBe("same");
  expect(timeline.seen(timeline.ask(), { position: at(7), continues: true })).toBe("ahead");
  // The same revision with another token.
  expect(timeline.seen(timeline.ask(), { position: at(5, 99) })).toBe("ahead");
  expect(timeline.isOutdated).toBe(false);
  expect(timeline.seen(timeline.ask(), { position: at(5, 99), continues: false })).toBe("another-history");
  expect(timeline.isOutdated).toBe(true);
});

test("what was asked for in an earlier history says nothing, and begins none", () => {
  const timeline = timelineAt(at(5));
  const early = timeline.ask();
  timeline.seen(early, { position: at(3), continues: false });
  const { history } = timeline;
  expect(timeline.seen(early, { position: at(2), continues: false })).toBe("another-history");
  expect(timeline.history).toBe(history);
  timeline.replace(at(3), history, 0);
  expect(timeline.seen(early, { position: at(3) })).toBe("another-history");
  expect(timeline.seen(timeline.ask(), { position: at(3) })).toBe("same");
});

test("an outdated state is nowhere, however far the store goes on, until a load of the new history is there", () => {
  const timeline = timelineAt(at(5));
  const before = timeline.history;
  timeline.seen(timeline.ask(), { position: at(4), continues: false });
  expect(timeline.seen(timeline.ask(), { position: at(5) })).toBe("another-history");
  expect([isAt(timeline, at(5)), timeline.owns(timeline.history), timeline.owns(before)]).toEqual([false, false, true]);
  timeline.replace(at(9), before, 0);
  expect(timeline.isOutdated).toBe(true);
  timeline.replace(at(9), timeline.history, 0);
  expect([timeline.isOutdated, isAt(timeline, at(9)), isAt(timeline, at(9, 1))]).toEqual([false, true, false]);
});

test("a step into what may have been undone is not made: the store was found here after it was asked for", () => {
  const timeline = timelineAt(at(3));
  const step = { from: at(3), position: at(4) };
  const late = { ...step, ...timeline.ask() };
  const { question } = timeline.ask();
  expect(timeline.canTake(late)).toBe(true);
  timeline.confirm(question);
  expect(timeline.canTake(late)).toBe(false);
  expect(timeline.canTake({ ...late, position: at(3) })).toBe(true);
  timeline.advance({ ...late, position: at(3) });
  expect(timeline.knownSince).toBe(question);
  const next = { ...step, ...timeline.ask() };
  timeline.advance(next);
  expect([timeline.position, timeline.knownSince]).toEqual([at(4), next.question]);
});

test("writes that were committed in another order than they were begun are all taken over", () => {
  const timeline = timelineAt(at(3));
  const [first, second] = [timeline.ask(), timeline.ask()];
  timeline.advance({ from: at(3), position: at(4), ...second, isWrite: true });
  const step = { from: at(4), position: at(5), ...first, isWrite: true };
  expect(timeline.canTake(step)).toBe(true);
  timeline.advance(step);
  // It was made on top of the other one, and so after it was begun.
  expect(timeline.knownSince).toBe(second.question);
  timeline.confirm(timeline.ask().question);
  expect(timeline.canTake({ from: at(5), position: at(6), ...first })).toBe(false);
});

test("after a load, only answers to the load's question or to later questions are taken, and what is known of the same position stays known", () => {
  const timeline = timelineAt(at(3));
  const early = timeline.ask();
  const load = timeline.ask();
  const late = timeline.ask();
  timeline.replace(at(5), timeline.history, load.question);
  const canTake = ({ question }: typeof early): boolean => timeline.canTake({ from: at(5), position: at(6), question });
  expect([timeline.knownSince, canTake(early), canTake(load), canTake(late)]).toEqual([load.question, false, true, true]);
  timeline.confirm(late.question);
  timeline.replace(at(5), timeline.history, load.question);
  expect([timeline.knownSince, canTake(load), canTake(late)]).toEqual([late.question, false, true]);
  timeline.replace(at(4), timeline.history, load.question);
  expect(timeline.knownSince).toBe(load.question);
});
