import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import type { StorePosition } from "../../src/database/metadata-database.ts";
import { openForTest, temporaryDirectory } from "../support/temporary-database.ts";
import { verifySqliteFile } from "../support/verify-sqlite-file.ts";
import { type Child, startChild } from "./fixtures/child-process.ts";

interface Receipt {
  readonly before: number;
  readonly after: number;
  readonly changes: readonly (readonly [revision: number, path: string, size: number | null])[];
}

type Sizes = ReadonlyMap<string, number>;

describe("several processes on one SQLite file", () => {
  test("create it at the same moment and write to it at once: one order without gaps, seen whole by who follows it", async () => {
    const file = join(temporaryDirectory(), "metadata.db");
    const writers = Array.from({ length: 4 }, (_, index) => startChild("racing-writer.ts", [file, String(index + 1), "300"]));
    for (const writer of writers) expect(await writer.line()).toBe("ready");
    for (const writer of writers) writer.go();
    let running = true;
    const followed = follow(file, () => running);
    const receipts = (await Promise.all(writers.map(receiptsOf))).flat();
    running = false;
    expect(await Promise.all(writers.map((writer) => writer.ended))).toEqual([0, 0, 0, 0]);

    receipts.sort((one, other) => one.after - other.after || one.before - other.before);
    let revision = 0;
    let sizes: Sizes = new Map();
    /** What the receipts of all writers together say that the table was after each transaction. */
    const history = new Map([[0, sizes]]);
    for (const { before, after, changes } of receipts) {
      expect(before).toBe(revision);
      expect(changes.map(([each]) => each)).toEqual(Array.from({ length: after - before }, (_, index) => before + index + 1));
      sizes = applied(sizes, changes);
      revision = after;
      history.set(revision, sizes);
    }
    const steps = await followed;
    for (const step of steps) expect(step.sizes).toEqual(history.get(step.revision));
    expect(steps.at(-1)).toEqual({ revision, sizes });
    expect(await tableOf(file)).toEqual(sizes);
    expect(verifySqliteFile(file)).toEqual([]);
  });

  test("killed in the middle of its transactions, a writer leaves whole ones only", async () => {
    const file = join(temporaryDirectory(), "metadata.db");
    let generation = 1;
    for (let round = 0; round < 6; round++) {
      const child = startChild("endless-writer.ts", [file, String(generation)]);
      let told = Number(await child.line());
      const reading = (async () => {
        try {
          for (;;) told = Number(await child.line());
        } catch {
          // It was killed.
        }
      })();
      await setTimeout(20 + 37 * round);
      child.process.kill("SIGKILL");
      expect(await child.ended).toBe("SIGKILL");
      await reading;

      const generations = new Set((await tableOf(file)).values());
      expect(generations.size).toBe(1);
      const [stored = 0] = generations;
      // What it told was committed; of the next one it may not have come to tell.
      expect([told, told + 1]).toContain(stored);
      expect(verifySqliteFile(file)).toEqual([]);
      generation = stored + 1;
    }
  });

  test("a process that closes nothing ends by itself, and leaves nothing behind", async () => {
    const file = join(temporaryDirectory(), "metadata.db");
    const child = startChild("careless-reader.ts", [file]);
    expect(await child.line()).toBe("1");
    child.process.stdin?.end();
    expect(await child.ended).toBe(0);
    expect((await tableOf(file)).size).toBe(2);
    expect(verifySqliteFile(file)).toEqual([]);
  });

  test("a reader and a scan go on while another process holds the write lock, and a writer gets its turn after it", async () => {
    const file = join(temporaryDirectory(), "metadata.db");
    const writer = startChild("racing-writer.ts", [file, "1", "10"]);
    await writer.line();
    writer.go();
    await receiptsOf(writer);
    const store = await (await openForTest(file)).openProject("p");
    const { revision } = await store.position();
    const rows = (await tableOf(file)).size;
    const holder = startChild("lock-holder.ts", [file, "400"]);
    expect(await holder.line()).toBe("locked");
    const scan = await store.scan(1);
    const order: string[] = [];
    const written = store.write([], []).then(({ before }) => order.push(`write after ${before.revision}`));
    for await (const page of scan.pages) expect(page[0]?.record?.size).not.toBe(4242);
    order.push(`read at ${(await store.position()).revision}`);
    await written;
    expect(order).toEqual([`read at ${revision}`, `write after ${revision + rows}`]);
    expect(await holder.ended).toBe(0);
  });
});

async function receiptsOf(writer: Child): Promise<Receipt[]> {
  const receipts: Receipt[] = [];
  for (;;) {
    const line = await writer.line();
    if (line.startsWith("done")) return receipts;
    receipts.push(JSON.parse(line) as Receipt);
  }
}

/**
 * Polls the change feed as a cache does, from the first moment; returns what it knew after each
 * step.
 */
async function follow(file: string, running: () => boolean): Promise<{ revision: number; sizes: Sizes }[]> {
  const database = await openSqliteDatabase({ file });
  const store = await database.openProject("p");
  const steps: { revision: number; sizes: Sizes }[] = [];
  let sizes: Sizes = new Map();
  let position: StorePosition = { ...(await store.position()), revision: 0 };
  for (let last = false; !last;) {
    last = !running();
    const { changes, position: reached } = await store.readChanges(position, 1_000);
    if (changes === undefined) throw new TypeError("the feed has a gap");
    sizes = applied(
      sizes,
      changes.map((change) => [change.revision, change.path, "record" in change ? (change.record?.size ?? null) : null]),
    );
    position = reached;
    steps.push({ revision: position.revision, sizes });
    await setTimeout(1);
  }
  await database.close();
  return steps;
}

function applied(sizes: Sizes, changes: Receipt["changes"]): Sizes {
  const result = new Map(sizes);
  for (const [, path, size] of changes) {
    if (size === null) result.delete(path);
    else result.set(path, size);
  }
  return result;
}

async function tableOf(file: string): Promise<Sizes> {
  const database = await openSqliteDatabase({ file });
  const scan = await (await database.openProject("p")).scan(100);
  const sizes = new Map<string, number>();
  for await (const page of scan.pages) for (const row of page) sizes.set(row.path, row.record?.size ?? Number.NaN);
  await database.close();
  return sizes;
}
