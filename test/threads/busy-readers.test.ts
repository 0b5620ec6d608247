import { once } from "node:events";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import type { BusyReaderReport, BusyReaderTask, Observation } from "./busy-reader.ts";
import { DrivenShare, type State } from "./driven-share.ts";

/**
 * What is wrong with an answer; `undefined` if it is what held after one of the steps that it may
 * be of.
 */
function faultOf(driven: DrivenShare, { first, last, answer }: Observation): string | undefined {
  for (let step = first; step <= last; step++) {
    const state = driven.states[step];
    if (state !== undefined && isRight(driven, step, state, answer)) return undefined;
  }
  const states = driven.states.slice(first, last + 1);
  return `${JSON.stringify(answer)} after one of ${JSON.stringify(states)}`;
}

function isRight(driven: DrivenShare, step: number, state: State, answer: Observation["answer"]): boolean {
  switch (answer.kind) {
    case "count":
      return answer.count === (answer.residue === undefined ? state.count : state.withFunction[answer.residue]);
    case "end":
      return answer.number === (state.count === 0 ? undefined : state.count - 1);
    case "version":
      return answer.version === driven.versionAt(answer.number, step);
    case "page": {
      const { revision, total, versions } = answer;
      const page = Array.from({ length: Math.min(3, state.count) }, (_, number) => number);
      const isPage = (numbers: readonly number[]): boolean =>
        JSON.stringify(numbers) === JSON.stringify(versions.map(([number]) => number));
      return (
        revision === state.revision &&
        total === state.count &&
        (isPage(page) || isPage(page.map((number) => state.count - 1 - number))) &&
        versions.every(([number, version]) => version === driven.versionAt(number, step))
      );
    }
  }
}

/**
 * What the owner does next: grows, shrinks and changes, or is replaced as a whole, also by other
 * content of the same revision.
 */
function drive(driven: DrivenShare, step: number): void {
  const { count, revision } = driven;
  const phase = step % 200;
  if (phase === 60) driven.replace(3_000, Math.max(3_000, revision));
  else if (phase === 130) driven.replace(40, Math.max(40, revision - 25));
  else if (phase === 195) driven.replace(count, Math.max(count, revision));
  else if (phase < 60)
    driven.commit(
      Array.from({ length: 1 + ((step * 7) % 120) }, (_, number) => count + number),
      0,
    );
  else if (phase < 130 && step % 3 === 0) driven.commit([step % 7], Math.min(count, 90));
  else
    driven.commit(
      [step % 5, (step * 3) % 11, (step * 13) % 150].filter((number) => number < count),
      Math.min(count, step % 2),
    );
  if (step % 4 === 0) driven.merge();
}

const ROUNDS_A_TURN = [Infinity, Infinity, 50, 5];

test("readers without a turn of their event loop answer what the owner's state was, while memory grows, shrinks and is replaced", async () => {
  const driven = new DrivenShare();
  onTestFinished(() => driven.share.close());
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const progress = new Int32Array(new SharedArrayBuffer(4 * (1 + ROUNDS_A_TURN.length)));
  const start = (place: number): Worker => {
    const roundsATurn = ROUNDS_A_TURN[place] ?? Infinity;
    const task: BusyReaderTask = { handle: driven.share.handle, steps: driven.steps, stop, progress, place, roundsATurn };
    return new Worker(join(import.meta.dirname, "busy-reader.ts"), { workerData: task });
  };
  const readers = ROUNDS_A_TURN.map((_, place) => start(place));
  await Promise.all(readers.map((reader) => once(reader, "message")));
  const reports = readers.map(async (reader) => ((await once(reader, "message")) as [BusyReaderReport])[0]);
  const victims: Promise<unknown>[] = [];
  let [grown, shrunk, size] = [0, 0, 0];
  const isBusy = (): boolean => ROUNDS_A_TURN.some((_, place) => Atomics.load(progress, place) < 200);
  for (let step = 0; step < 1_000 || grown < 6 || shrunk < 6 || isBusy(); step++) {
    drive(driven, step);
    const { indexBytes } = driven.share.gauges;
    if (indexBytes > size) grown++;
    if (indexBytes < size) shrunk++;
    size = indexBytes;
    if (step % 400 === 300) {
      const victim = start(ROUNDS_A_TURN.length);
      victims.push(once(victim, "message").then(() => victim.terminate()));
    }
    await turn();
  }
  Atomics.store(stop, 0, 1);
  Atomics.notify(stop, 0);
  for (const { observations, faults, statistics } of await Promise.all(reports)) {
    expect(faults).toEqual([]);
    const wrong = observations.map((observation) => faultOf(driven, observation)).filter((fault) => fault !== undefined);
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(statistics.fromMemory).toBeGreaterThan(200);
  }
  await Promise.all(victims);
  expect(driven.share.verify()).toEqual([]);
  await expect.poll(() => driven.share.gauges.readers).toBe(0);
});
