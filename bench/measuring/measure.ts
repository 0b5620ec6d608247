/** The median of several measurements, and the range of their middle half. */
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

/**
 * Does the work `calls` times. Returns the time in microseconds, without the time of preparations.
 */
export type Run = (calls: number) => number | Promise<number>;

export interface Contestant {
  readonly name: string;
  readonly run: Run;
  /** The limit, if a call cannot be repeated at will, or if one call already takes too long. */
  readonly maxCalls?: number;
  /** The least number, if calls come in batches and fewer calls would measure no batch. */
  readonly minCalls?: number;
}

export interface RaceOptions {
  readonly rounds: number;
  /** How long one contestant runs in one round, in milliseconds. */
  readonly targetMs: number;
}

export interface Result {
  readonly name: string;
  /** Microseconds for one call. */
  readonly time: Spread;
  /**
   * How much longer a call takes than the first contestant's, by the ratios of single rounds: load
   * that comes and goes affects both.
   */
  readonly ratio: Spread;
  readonly callsARound: number;
}

/**
 * Measures all contestants in each round. Each round starts with another contestant. In a round,
 * each contestant makes as many calls as fill `targetMs`, at least one. Finding out this number
 * also warms it up. The ratios are to the first contestant.
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

/**
 * Takes the fastest of several attempts: the first ones are not compiled yet, and other work may
 * delay any of them.
 */
async function callsToFill({ run, maxCalls = 1_000_000, minCalls = 1 }: Contestant, targetMs: number): Promise<number> {
  let fastest = Infinity;
  for (let calls = minCalls, attempt = 1; ; attempt++) {
    fastest = Math.min(fastest, (await run(calls)) / calls);
    const wanted = Math.max(minCalls, Math.min(maxCalls, Math.round((targetMs * 1_000) / fastest)));
    if (attempt > 1 && wanted <= calls * 1.2) return wanted;
    calls = Math.min(wanted, calls * 8);
  }
}

/**
 * Calls `call` with one argument after another, each different from the ones before. After the
 * last, starts again.
 */
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

/**
 * Like `calling`, for a call that returns a promise. Each call starts after the one before it was
 * answered.
 */
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

/** Uses a result, so that the compiler cannot remove the work that led to it. */
export function consume(value: unknown): void {
  sink.value = value;
}
