import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { MessageChannel } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { prepareQuery } from "../../src/query/prepared-query.ts";
import { ControlBlock } from "../../src/threads/protocol/control-block.ts";
import { OwnerConnection } from "../../src/threads/reader/owner-connection.ts";
import { SharedIndexReader } from "../../src/threads/reader/shared-index-reader.ts";
import { DrivenShare } from "./driven-share.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** How much memory there is outside of the heap, once nothing is kept that nobody needs. */
async function memoryInUse(): Promise<number> {
  for (let round = 0; round < 5; round++) {
    await turn();
    collectGarbage();
  }
  return process.memoryUsage().arrayBuffers;
}

async function introduce(driven: DrivenShare): Promise<SharedIndexReader> {
  const { port1, port2 } = new MessageChannel();
  const owner = new OwnerConnection(port1, () => new TypeError("closed"));
  onTestFinished(() => owner.close());
  process.emit("workerMessage", { metacache: driven.share.handle.metacache, port: port2 }, 0);
  await owner.welcome;
  owner.attached();
  return new SharedIndexReader(new ControlBlock(driven.share.handle.control), owner);
}

test("after a thousand generations no more than a few are alive, whether a reader reads each of them, some or none", async () => {
  const driven = new DrivenShare();
  onTestFinished(() => driven.share.close());
  const control = new ControlBlock(driven.share.handle.control);
  const [eager, lazy] = [await introduce(driven), await introduce(driven), await introduce(driven)];
  const files = Array.from({ length: 600 }, (_, number) => number);
  driven.commit(files, 0);
  let rounds = 0;
  const goOn = async (until: number): Promise<void> => {
    for (; control.read().generation < until; rounds++) {
      const from = (rounds * 60) % 600;
      driven.commit(files.slice(from, from + 60), 0);
      driven.merge();
      // Where there were two in one turn, it may have to ask.
      expect([600, undefined]).toContain(eager.count(prepareQuery({})));
      if (rounds % 30 === 0) lazy.count(prepareQuery({}));
      await turn();
    }
  };
  await goOn(50);
  const before = await memoryInUse();
  expect(before).toBeGreaterThan(driven.share.gauges.indexBytes);
  await goOn(1_050);
  // A generation's log alone has 16 KB or more: a hundred of them would be seen.
  expect((await memoryInUse()) - before).toBeLessThan(1_000_000);
});
