/** The middle of several measurements and the range that holds their middle half. */
export interface Spread {
  readonly median: number;
  readonly q1: number;
  readonly q3: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), q1: quantile(sorted, 0.25), q3: quantile(sorted, 0.75) };
}

function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

/** Does the work `calls` times and returns how many microseconds that took: what only prepares it is not counted. */
export type Run = (calls: number) => number | Promise<number>;

export interface Contestant {
  readonly name: string;
  readonly run: Run;
  /** Where a call cannot be repeated at will, or where one is already too long. */
  readonly maxCalls?: number;
  /** Where calls come in batches, so that fewer of them would measure none. */
  readonly minCalls?: number;
}

export interface RaceOptions {
  readonly rounds: number;
  /** How long one contestant runs in one round. */
  readonly targetMs: number;
}

export interface Result {
  readonly name: string;
  /** Microseconds for one call. */
  readonly time: Spread;
  /** How much longer than the first contestant, by the rounds' own ratios: load that comes and goes hits both. */
  readonly ratio: Spread;
  readonly callsARound: number;
}

/**
 * Measures all contestants in each round, beginning with another one each time. Each makes as many calls a round as
 * fill `targetMs`, at least one; finding out how many also warms it up. The first contestant is the one to compare with.
 */
export async function race(contestants: readonly Contestant[], options: RaceOptions): Promise<readonly Result[]> {
  const calls: number[] = [];
  for (const contestant of contestants) calls.push(await callsToFill(contestant, options.targetMs));
  const times: number[][] = contestants.map(() => []);
  for (let round = 0; round < options.rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const number = (round + turn) % contestants.length;
      const count = calls[number] ?? 1;
      const spent = await contestants[number]?.run(count);
      times[number]?.push((spent ?? 0) / count);
    }
  }
  const own = times[0] ?? [];
  return contestants.map(({ name }, number) => {
    const measured = times[number] ?? [];
    return {
      name,
      time: spreadOf(measured),
      ratio: spreadOf(measured.map((time, round) => time / (own[round] ?? time))),
      callsARound: calls[number] ?? 1,
    };
  });
}

/** Judged by the fastest of several attempts: the first ones are not yet compiled, and any may be held up by something else. */
async function callsToFill({ run, maxCalls = 1_000_000, minCalls = 1 }: Contestant, targetMs: number): Promise<number> {
  let fastest = Infinity;
  for (let calls = minCalls, attempt = 1; ; attempt++) {
    fastest = Math.min(fastest, (await run(calls)) / calls);
    const wanted = Math.max(minCalls, Math.min(maxCalls, Math.round((targetMs * 1_000) / fastest)));
    if (attempt > 1 && wanted <= calls * 1.2) return wanted;
    calls = Math.min(wanted, calls * 8);
  }
}

/** Calls `call` with one argument after another, each different from those before, round and round. */
export function calling<A>(args: readonly A[], call: (argument: A) => unknown): Run {
  let next = 0;
  return (calls) => {
    const start = performance.now();
    for (let made = 0; made < calls; made++) {
      consume(call(args[next] as A));
      next = next + 1 === args.length ? 0 : next + 1;
    }
    return (performance.now() - start) * 1_000;
  };
}

/** Like `calling`, for what answers by a promise: each call begins when the one before it was answered. */
export function awaiting<A>(args: readonly A[], call: (argument: A) => unknown): Run {
  let next = 0;
  return async (calls) => {
    const start = performance.now();
    for (let made = 0; made < calls; made++) {
      consume(await call(args[next] as A));
      next = next + 1 === args.length ? 0 : next + 1;
    }
    return (performance.now() - start) * 1_000;
  };
}

const sink: { value: unknown } = { value: undefined };

/** Uses a result, so that the compiler cannot leave out the work that led to it. */
export function consume(value: unknown): void {
  sink.value = value;
}
