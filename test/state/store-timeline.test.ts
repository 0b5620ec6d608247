import { expect, test } from "vitest";
import type { StorePosition } from "../../src/database/metadata-database.ts";
import { StoreTimeline } from "../../src/state/store-timeline.ts";

const at = (revision: number, token = revision): StorePosition => ({ epoch: "e", revision, token, horizon: 0 });

function timelineAt(position: StorePosition): StoreTimeline {
  const timeline = new StoreTimeline();
  timeline.replace(position, timeline.history);
  return timeline;
}

test("a position is the same, or ahead, or of another history", () => {
  const timeline = timelineAt(at(5));
  expect(timeline.seen(timeline, { position: at(5) })).toBe("same");
  expect(timeline.seen(timeline, { position: at(7), continues: true })).toBe("ahead");
  // The same revision with another token.
  expect(timeline.seen(timeline, { position: at(5, 99) })).toBe("ahead");
  expect(timeline.isOutdated).toBe(false);
  expect(timeline.seen(timeline, { position: at(5, 99), continues: false })).toBe("another-history");
  expect(timeline.isOutdated).toBe(true);
});

test("what was asked for in an earlier history says nothing, and begins none", () => {
  const timeline = timelineAt(at(5));
  const early = { history: timeline.history };
  timeline.seen(early, { position: at(3), continues: false });
  const { history } = timeline;
  expect(timeline.seen(early, { position: at(2), continues: false })).toBe("another-history");
  expect(timeline.history).toBe(history);
  timeline.replace(at(3), history);
  expect(timeline.seen(early, { position: at(3) })).toBe("another-history");
  expect(timeline.seen(timeline, { position: at(3) })).toBe("same");
});

test("an outdated state is nowhere, however far the store goes on, until a load of the new history is there", () => {
  const timeline = timelineAt(at(5));
  const before = timeline.history;
  timeline.seen(timeline, { position: at(4), continues: false });
  expect(timeline.seen(timeline, { position: at(5) })).toBe("another-history");
  expect([timeline.isAt(at(5)), timeline.owns(timeline.history), timeline.owns(before)]).toEqual([false, false, true]);
  timeline.replace(at(9), before);
  expect(timeline.isOutdated).toBe(true);
  timeline.replace(at(9), timeline.history);
  expect([timeline.isOutdated, timeline.isAt(at(9)), timeline.isAt(at(9, 1))]).toEqual([false, true, false]);
});
