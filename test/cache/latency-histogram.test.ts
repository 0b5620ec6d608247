import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LatencyHistogram } from "../../src/cache/statistics/latency-histogram.ts";

/**
 * Of every size from less than a microsecond to hours, and on the bounds themselves, where mistakes
 * are.
 */
const duration = fc.oneof(
  fc.double({ min: 0, max: 16, noNaN: true }),
  fc.tuple(fc.double({ min: 0, max: 34, noNaN: true })).map(([power]) => 2 ** power),
  fc
    .tuple(fc.integer({ min: 0, max: 34 }), fc.constantFrom(1, 1.5), fc.constantFrom(-1e-6, 0, 1e-6))
    .map(([doubling, part, off]) => part * 2 ** doubling + off),
);

function histogramOf(durations: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const us of durations) histogram.add(us);
  return histogram;
}

describe("LatencyHistogram", () => {
  test("before the first duration everything is 0", () => {
    expect(new LatencyHistogram().summarize()).toEqual({
      count: 0,
      totalUs: 0,
      maxUs: 0,
      p50Us: 0,
      p90Us: 0,
      p99Us: 0,
      buckets: [],
    });
  });

  test("the bounds of the buckets are 1, 1.5, 2, 3, 4, 6, … microseconds, and the last bucket is open", () => {
    const { buckets } = histogramOf([0, 0.99, 1, 1.49, 1.5, 2, 2.99, 3, 5.9, 6, 2 ** 27 - 1, 2 ** 27, 1e12]).summarize();
    expect(buckets).toEqual([
      { fromUs: 0, toUs: 1, count: 2 },
      { fromUs: 1, toUs: 1.5, count: 2 },
      { fromUs: 1.5, toUs: 2, count: 1 },
      { fromUs: 2, toUs: 3, count: 2 },
      { fromUs: 3, toUs: 4, count: 1 },
      { fromUs: 4, toUs: 6, count: 1 },
      { fromUs: 6, toUs: 8, count: 1 },
      { fromUs: 1.5 * 2 ** 26, toUs: 2 ** 27, count: 1 },
      { fromUs: 2 ** 27, toUs: undefined, count: 2 },
    ]);
  });

  test("every duration is in the one bucket whose bounds it lies between", () => {
    fc.assert(
      fc.property(duration, (us) => {
        const { buckets } = histogramOf([us]).summarize();
        const clamped = Math.max(0, us);
        expect(buckets).toHaveLength(1);
        expect(buckets[0]?.fromUs).toBeLessThanOrEqual(clamped);
        expect(buckets[0]?.toUs ?? Infinity).toBeGreaterThan(clamped);
      }),
    );
  });

  test("a percentile is never below the exact one, at most half above it, and never above the maximum", () => {
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1, maxLength: 300 }), (durations) => {
        const summary = histogramOf(durations).summarize();
        const sorted = durations.map((us) => Math.max(0, us)).sort((a, b) => a - b);
        for (const [part, reported] of [
          [0.5, summary.p50Us],
          [0.9, summary.p90Us],
          [0.99, summary.p99Us],
        ] as const) {
          const exact = sorted[Math.ceil(part * sorted.length) - 1] ?? NaN;
          expect(reported).toBeGreaterThanOrEqual(exact);
          expect(reported).toBeLessThanOrEqual(summary.maxUs);
          if (exact < 2 ** 27) expect(reported).toBeLessThanOrEqual(Math.max(1, 1.5 * exact));
          else expect(reported).toBe(summary.maxUs);
        }
      }),
    );
  });

  test("count, sum and maximum are exact, and nothing that was recorded goes", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 30 }), { maxLength: 100 }), (durations) => {
        const histogram = new LatencyHistogram();
        let before = histogram.summarize();
        for (const us of durations) {
          histogram.add(us);
          const after = histogram.summarize();
          expect(after.count).toBe(before.count + 1);
          expect(after.totalUs).toBe(before.totalUs + us);
          expect(after.maxUs).toBe(Math.max(before.maxUs, us));
          for (const { fromUs, count } of before.buckets) {
            expect(after.buckets.find((bucket) => bucket.fromUs === fromUs)?.count).toBeGreaterThanOrEqual(count);
          }
          expect(after.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(after.count);
          before = after;
        }
      }),
    );
  });

  test("a duration that a clock makes negative counts as 0", () => {
    expect(histogramOf([-5]).summarize()).toMatchObject({ count: 1, totalUs: 0, maxUs: 0, buckets: [{ fromUs: 0, toUs: 1, count: 1 }] });
  });

  test("a summary is a frozen snapshot", () => {
    const histogram = histogramOf([1]);
    const summary = histogram.summarize();
    histogram.add(100);
    expect(summary).toMatchObject({ count: 1, maxUs: 1 });
    expect([summary, summary.buckets, summary.buckets[0]].every((part) => Object.isFrozen(part))).toBe(true);
  });
});
