import fc from "fast-check";
import { expect, test } from "vitest";
import { SharedRuns } from "../../src/sync/shared-runs.ts";

test("whoever asks gets a run that began after the call, never two at a time, and as few as that allows", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), async (scheduler, outcomes) => {
      let begun = 0;
      let running = 0;
      const runs = new SharedRuns(async () => {
        const number = ++begun;
        expect(++running).toBe(1);
        await scheduler.schedule(Promise.resolve(), "run");
        running--;
        if (outcomes[number - 1] === false) throw new TypeError(`run ${number} fails`);
        return number;
      });
      const calls = outcomes.map(async () => {
        await scheduler.schedule(Promise.resolve(), "call");
        const before = begun;
        const run = await runs.run().catch((error: unknown) => Number(/\d+/.exec(String(error))?.[0]));
        expect(run).toBe(before + 1);
      });
      await scheduler.waitFor(Promise.all(calls));
      await scheduler.waitFor(runs.idle());
      expect(running).toBe(0);
      expect(begun).toBeLessThanOrEqual(outcomes.length);
    }),
    { numRuns: 200 },
  );
});

test("all who ask while one runs share the next", async () => {
  let release: () => void = () => undefined;
  let begun = 0;
  const runs = new SharedRuns(async () => {
    begun++;
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  const first = runs.run();
  const others = [runs.run(), runs.run(), runs.run()];
  release();
  await first;
  await Promise.resolve();
  release();
  await Promise.all(others);
  expect(begun).toBe(2);
});
