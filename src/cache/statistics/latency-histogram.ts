/**
 * The distribution of durations since the cache was opened. All fields only grow, except the
 * percentiles.
 */
export interface LatencySummary {
  /** How many durations there were. */
  readonly count: number;
  /** The sum in microseconds, like all further fields. `totalUs / count` is the mean. */
  readonly totalUs: number;
  /** The longest duration. */
  readonly maxUs: number;
  /**
   * Half of the durations, nine tenths and 99 of 100 were not longer than this. The figure is never
   * too short. It is too long by at most a half, or by rounding up to the next microsecond. 0
   * before the first duration.
   */
  readonly p50Us: number;
  /** Nine tenths of the durations were not longer than this. As exact as `p50Us`. */
  readonly p90Us: number;
  /** 99 of 100 durations were not longer than this. As exact as `p50Us`. */
  readonly p99Us: number;
  /**
   * The buckets that are not empty, shortest durations first. The bounds never change, so two
   * summaries can be subtracted.
   */
  readonly buckets: readonly LatencyBucket[];
}

/** How many durations were at least `fromUs` and shorter than `toUs`. */
export interface LatencyBucket {
  /** The shortest duration of the bucket, in microseconds. */
  readonly fromUs: number;
  /** `undefined` in the last bucket, which has no upper bound. */
  readonly toUs: number | undefined;
  /** How many durations there were. */
  readonly count: number;
}

/**
 * From 1 us on, each doubling has two buckets. From 2^27 us (134 s) on, there is one bucket for
 * everything.
 */
const DOUBLINGS = 27;
const LAST = 1 + 2 * DOUBLINGS;

/**
 * Counts durations in buckets with the bounds 1, 1.5, 2, 3, 4, 6, 8, … microseconds. Half a
 * kilobyte covers everything from microseconds to minutes, with about the same precision
 * everywhere. Recording costs O(1) and allocates nothing. All other work is done when somebody
 * reads the summary.
 */
export class LatencyHistogram {
  readonly #counts = new Float64Array(LAST + 1);
  #count = 0;
  #totalUs = 0;
  #maxUs = 0;

  /** Counts a negative duration as 0: a clock that was set back causes one. */
  add(durationUs: number): void {
    const us = Math.max(0, durationUs);
    const bucket = bucketOf(us);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count++;
    this.#totalUs += us;
    if (us > this.#maxUs) this.#maxUs = us;
  }

  /** A frozen snapshot. O(buckets). */
  summarize(): LatencySummary {
    return Object.freeze({
      count: this.#count,
      totalUs: this.#totalUs,
      maxUs: this.#maxUs,
      p50Us: this.#percentile(0.5),
      p90Us: this.#percentile(0.9),
      p99Us: this.#percentile(0.99),
      buckets: this.#buckets(),
    });
  }

  /**
   * Returns the upper bound of the bucket in which this fraction of the durations ends, or the
   * longest duration if that is shorter.
   */
  #percentile(part: number): number {
    let missing = Math.ceil(part * this.#count);
    if (missing === 0) return 0;
    for (let bucket = 0; bucket < LAST; bucket++) {
      missing -= this.#counts[bucket] ?? 0;
      if (missing <= 0) return Math.min(startOf(bucket + 1), this.#maxUs);
    }
    return this.#maxUs;
  }

  #buckets(): readonly LatencyBucket[] {
    const buckets: LatencyBucket[] = [];
    for (const [bucket, count] of this.#counts.entries()) {
      if (count === 0) continue;
      buckets.push(Object.freeze({ fromUs: startOf(bucket), toUs: bucket === LAST ? undefined : startOf(bucket + 1), count }));
    }
    return Object.freeze(buckets);
  }
}

function bucketOf(us: number): number {
  if (us < 1) return 0;
  if (us >= 2 ** DOUBLINGS) return LAST;
  const doubling = 31 - Math.clz32(us);
  return 1 + 2 * doubling + (us < 1.5 * 2 ** doubling ? 0 : 1);
}

function startOf(bucket: number): number {
  if (bucket === 0) return 0;
  const doubling = (bucket - 1) >> 1;
  return (bucket % 2 === 1 ? 1 : 1.5) * 2 ** doubling;
}
