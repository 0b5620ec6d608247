import fc from "fast-check";
import { expect, test } from "vitest";
import { SharedTask } from "../../src/sync/shared-task.ts";

test("each caller gets an execution that began after the call, never two at a time, and as few as that allows", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), async (scheduler, outcomes) => {
      let begun = 0;
      let running = 0;
      const task = new SharedTask(async () => {
        const number = ++begun;
        expect(++running).toBe(1);
        await scheduler.schedule(Promise.resolve(), "execution");
        running--;
        if (outcomes[number - 1] === false) throw new TypeError(`execution ${number} fails`);
        return number;
      });
      const calls = outcomes.map(async () => {
        await scheduler.schedule(Promise.resolve(), "call");
        const before = begun;
        const execution = await task.execute().catch((error: unknown) => Number(/\d+/.exec(String(error))?.[0]));
        expect(execution).toBe(before + 1);
      });
      await scheduler.waitFor(Promise.all(calls));
      await scheduler.waitFor(task.idle());
      expect(running).toBe(0);
      expect(begun).toBeLessThanOrEqual(outcomes.length);
    }),
    { numRuns: 200 },
  );
});

test("all who call during one execution share the next", async () => {
  let release: () => void = () => undefined;
  let begun = 0;
  const task = new SharedTask(async () => {
    begun++;
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  const first = task.execute();
  const others = [task.execute(), task.execute(), task.execute()];
  release();
  await first;
  await Promise.resolve();
  release();
  await Promise.all(others);
  expect(begun).toBe(2);
});
