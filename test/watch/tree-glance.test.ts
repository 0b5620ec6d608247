import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import type { Fingerprint } from "../../src/record/fingerprint.ts";
import { TreeGlance } from "../../src/watch/tree-glance.ts";
import { MapSink } from "../extraction/map-sink.ts";
import { TemporaryTree } from "../extraction/temporary-tree.ts";

/** A sink that reads its fingerprints slowly, one page each time. */
class SlowSink extends MapSink {
  readonly #ms: number;

  constructor(ms: number) {
    super();
    this.#ms = ms;
  }

  override async *fingerprints(): AsyncIterable<readonly Fingerprint[]> {
    await setTimeout(this.#ms);
    yield* super.fingerprints();
  }
}

const LIMIT_MS = 400;

test("the time between a glance's beginning and its comparison does not count", async () => {
  using tree = new TemporaryTree();
  tree.write("a.ts", "a");
  using glance = new TreeGlance(tree.root, { clock: systemClock, exclude: [], since: 0, limitMs: LIMIT_MS });
  await setTimeout(2 * LIMIT_MS);
  expect((await glance.compare(new MapSink()))?.paths).toEqual(new Set(["a.ts"]));
});

test("a comparison that takes longer than the limit has no result", async () => {
  using tree = new TemporaryTree();
  tree.write("a.ts", "a");
  using glance = new TreeGlance(tree.root, { clock: systemClock, exclude: [], since: 0, limitMs: LIMIT_MS });
  expect(await glance.compare(new SlowSink(2 * LIMIT_MS))).toBeUndefined();
});
