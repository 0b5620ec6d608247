import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { silentLogger } from "../../src/base/logger.ts";
import type { Term } from "../../src/record/terms.ts";
import { prepareQuery } from "../../src/query/prepared-query.ts";
import { ControlBlock } from "../../src/threads/protocol/control-block.ts";
import { OwnerConnection } from "../../src/threads/reader/owner-connection.ts";
import { SharedRecordsWriter } from "../../src/threads/protocol/shared-records.ts";
import { ReaderConnection } from "../../src/threads/owner/reader-connection.ts";
import { SharedIndexReader } from "../../src/threads/reader/shared-index-reader.ts";
import { sharedRecordsAnswer } from "../../src/threads/reader/shared-answer.ts";
import { SharedRecordsReader } from "../../src/threads/reader/shared-records-reader.ts";
import type { Generation } from "../../src/threads/protocol/generation.ts";
import type { Request } from "../../src/threads/protocol/thread-messages.ts";
import { settled } from "../support/opened-cache.ts";
import { DrivenShare, pathOf } from "./driven-share.ts";

function driveShare(): DrivenShare {
  const driven = new DrivenShare();
  onTestFinished(() => driven.share.close());
  return driven;
}

function generationOf(number: number): Generation {
  return { number, images: [], log: new SharedArrayBuffer(8), logFrom: 0 };
}

/** A reader in the owner's own thread, introduced as one of another thread would be. */
async function introduce(driven: DrivenShare): Promise<{ readonly owner: OwnerConnection; readonly index: SharedIndexReader }> {
  const { port1, port2 } = new MessageChannel();
  const owner = new OwnerConnection(port1, () => new TypeError("closed"));
  onTestFinished(() => owner.close());
  process.emit("workerMessage", { metacache: driven.share.handle.metacache, port: port2 }, 0);
  await owner.welcome;
  owner.attached();
  return { owner, index: new SharedIndexReader(new ControlBlock(driven.share.handle.control), owner) };
}

test("a page and records of another load are not put together, though their revisions are the same", async () => {
  const driven = driveShare();
  driven.replace(5, 5);
  const { index } = await introduce(driven);
  const records = new SharedRecordsReader(driven.share.handle.records, 1_000_000);
  const control = new ControlBlock(driven.share.handle.control);
  const query = prepareQuery({ limit: 3 });
  await expect.poll(() => index.count(query)).toBe(5);
  expect(sharedRecordsAnswer(control, index, records, query)?.items).toHaveLength(3);
  const before = index.page(query);
  // A database was put back meanwhile: the same files at the same revisions, with other content.
  driven.replace(5, 5);
  await settled();
  expect(records.get(pathOf(0))?.revision).toBe(1);
  await expect.poll(() => index.page(query)?.entries).toEqual(before?.entries);
  const late = {
    get: (path: string): ReturnType<SharedRecordsReader["get"]> => {
      if (path === pathOf(1)) {
        driven.replace(5, 5);
        for (const record of driven.residents()) driven.admit(record);
      }
      return records.get(path);
    },
  };
  expect(sharedRecordsAnswer(control, index, late, query)).toBeUndefined();
});

test("no record is shared before the revision that it is of is told", () => {
  const driven = driveShare();
  const control = new ControlBlock(driven.share.handle.control);
  const early: number[] = [];
  const { put } = SharedRecordsWriter.prototype;
  onTestFinished(() => void (SharedRecordsWriter.prototype.put = put));
  SharedRecordsWriter.prototype.put = function putAndLook(this: SharedRecordsWriter, path, packed, revision) {
    if (control.revision < revision) early.push(revision);
    put.call(this, path, packed, revision);
  };
  driven.commit([0, 1, 2], 0);
  driven.commit([1, 2], 0);
  driven.commit([0], 1);
  driven.replace(5, 5);
  for (const record of driven.residents()) driven.admit(record);
  expect(early).toEqual([]);
  const records = new SharedRecordsReader(driven.share.handle.records, 1_000_000);
  expect(records.get(pathOf(1))?.revision).toBe(driven.revisionOf(pathOf(1)));
});

test("a row that cannot be read is no absence, also in the moment in which it became so", async () => {
  const driven = driveShare();
  driven.commit([0, 1], 0);
  const { index } = await introduce(driven);
  await expect.poll(() => index.isAbsent(pathOf(2))).toBe(true);
  expect(index.isAbsent(pathOf(1))).toBe(false);
  driven.unreadable.set(pathOf(1), "not JSON");
  driven.commit([], 1);
  expect(index.count(prepareQuery({}))).toBe(1);
  expect([index.isAbsent(pathOf(1)), index.isAbsent(pathOf(2))]).toEqual([false, false]);
});

test("of a path that changed twice in one commit, only the last is shared", () => {
  const driven = driveShare();
  driven.commit([0, 1, 2, 0], 0);
  driven.commit([2], 1);
  expect(driven.share.verify()).toEqual([]);
  const records = new SharedRecordsReader(driven.share.handle.records, 1_000_000);
  expect(records.get(pathOf(0))?.record.modifiedAt).toBe(4);
  expect(records.get(pathOf(2))).toBeUndefined();
});

test("a reader that takes nothing is sent one generation more than it has, however often there is another one", () => {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const reader = new ReaderConnection(port1, generationOf(1), { request: () => Promise.resolve(), close: () => undefined });
  const heard = (): unknown => receiveMessageOnPort(port2)?.message as unknown;
  for (let number = 2; number < 50; number++) reader.offer(generationOf(number));
  expect(heard()).toMatchObject({ welcome: { number: 1 } });
  expect(heard()).toBeUndefined();
});

test("a reader that has taken what was sent gets the newest generation, and the same one never twice", async () => {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const reader = new ReaderConnection(port1, generationOf(1), { request: () => Promise.resolve(), close: () => undefined });
  const sent: number[] = [];
  const take = async (): Promise<void> => {
    const { message } = receiveMessageOnPort(port2) as {
      readonly message: { readonly welcome?: Generation; readonly generation?: Generation };
    };
    const { number } = message.welcome ?? message.generation ?? generationOf(0);
    sent.push(number);
    port2.postMessage({ taken: number });
    await settled();
    await settled();
  };
  for (let number = 2; number < 10; number++) reader.offer(generationOf(number));
  await take();
  await take();
  reader.offer(generationOf(10));
  reader.offer(generationOf(11));
  await take();
  await take();
  expect(sent).toEqual([1, 9, 10, 11]);
  expect(receiveMessageOnPort(port2)).toBeUndefined();
});

test("a share that ends answers what is under way before it lets go of its readers", async () => {
  const { port1, port2 } = new MessageChannel();
  let answer: (value: unknown) => void = () => undefined;
  const requests: Request[] = [];
  const reader = new ReaderConnection(port1, generationOf(1), {
    request: (request) => {
      requests.push(request);
      return new Promise((resolve) => (answer = resolve));
    },
    close: () => undefined,
  });
  const owner = new OwnerConnection(port2, () => new TypeError("closed"));
  onTestFinished(() => owner.close());
  const waiting = owner.call("update", [[]]);
  await expect.poll(() => requests.length).toBe(1);
  const ended = reader.end();
  answer({ revision: 7, changed: 1 });
  expect(await waiting).toEqual({ revision: 7, changed: 1 });
  await ended;
  await expect.poll(() => owner.isClosed).toBe(true);
});

test("readers hear at once that the state is outdated", () => {
  const driven = driveShare();
  driven.commit([0], 0);
  const control = new ControlBlock(driven.share.handle.control);
  expect(control.read().confirmedAt).toBe(7);
  driven.outdate();
  expect(control.read().confirmedAt).toBe(0);
});

test("a clock that tells parts of a millisecond, or a time before 1970, does not end the share", () => {
  const driven = driveShare();
  const control = new ControlBlock(driven.share.handle.control);
  for (const now of [1_700_000_000_000.25, -5.5]) {
    driven.confirm(now);
    expect([control.isClosed, control.read().confirmedAt]).toEqual([false, Math.trunc(now)]);
  }
});

test("what cannot be shared ends the share, and nothing else: its readers find it closed", async () => {
  const errors: string[] = [];
  const driven = new DrivenShare({ ...silentLogger, error: (message) => void errors.push(message) });
  onTestFinished(() => driven.share.close());
  driven.commit([0, 1], 0);
  const { owner, index } = await introduce(driven);
  expect(index.count(prepareQuery({}))).toBe(2);
  // No thread can be told of such a time.
  driven.confirm(2 ** 60);
  expect(new ControlBlock(driven.share.handle.control).isClosed).toBe(true);
  expect(errors).toEqual([expect.stringContaining("is not shared any longer")]);
  await expect.poll(() => owner.isClosed).toBe(true);
  // The cache goes on, and nobody tells the share of it any more.
  driven.commit([2], 0);
  expect([driven.count, errors.length]).toEqual([3, 1]);
});

test("a share checks that its readers see the index as it is", () => {
  const driven = driveShare();
  driven.commit([0, 1, 2], 0);
  expect(driven.share.verify()).toEqual([]);
  driven.index.remove(pathOf(1));
  driven.index.put({ path: pathOf(2), size: 1, modifiedAt: 1 }, 99, {
    language: ["c" as Term],
    referenceDoc: [],
    fileName: [],
    functionName: [],
    className: [],
    symbol: [],
  });
  const findings = driven.share.verify().filter(({ code }) => code === "SHARING_INDEX");
  expect(findings.map(({ path }) => path)).toEqual([undefined, pathOf(2)]);
});
