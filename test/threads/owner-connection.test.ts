import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { OwnerConnection } from "../../src/threads/reader/owner-connection.ts";
import type { Generation } from "../../src/threads/protocol/generation.ts";
import type { MessageToReader } from "../../src/threads/protocol/thread-messages.ts";

function generationOf(number: number): Generation {
  return { number, images: [], log: new SharedArrayBuffer(0), logFrom: 0 };
}

const WELCOME: MessageToReader = { welcome: generationOf(1) };

function connect(): {
  readonly connection: OwnerConnection;
  readonly port: { hasRef(): boolean };
  readonly say: (message: MessageToReader) => void;
  readonly heard: () => unknown;
} {
  const { port1, port2 } = new MessageChannel();
  const connection = new OwnerConnection(port1, () => new TypeError("closed"));
  onTestFinished(() => connection.close());
  port2.unref();
  return {
    connection,
    port: port1,
    say: (message) => port2.postMessage(message),
    heard: () => receiveMessageOnPort(port2)?.message as unknown,
  };
}

test("a thread is kept alive until it is attached, though it was welcomed before, and then for replies alone", async () => {
  const { connection, port, say } = connect();
  expect(port.hasRef()).toBe(true);
  say(WELCOME);
  await connection.welcome;
  expect(port.hasRef()).toBe(true);
  connection.attached();
  expect(port.hasRef()).toBe(false);
  const first = connection.call("count", [{}]);
  const second = connection.call("count", [{}]);
  expect(port.hasRef()).toBe(true);
  say({ request: 1, value: 7 });
  expect(await first).toBe(7);
  expect(port.hasRef()).toBe(true);
  say({ request: 2, value: 8 });
  expect(await second).toBe(8);
  expect(port.hasRef()).toBe(false);
});

test("what cannot be sent fails by itself, and nothing waits for it", async () => {
  const { connection, port } = connect();
  connection.attached();
  await expect(connection.call("count", [() => undefined])).rejects.toMatchObject({
    code: "E_ARGUMENT",
    message: expect.stringMatching(/could not be cloned/) as string,
  });
  expect(port.hasRef()).toBe(false);
});

test("when the connection is closed, whatever was waited for fails, the welcome too", async () => {
  const { connection } = connect();
  const waiting = connection.call("count", [{}]);
  connection.close();
  await expect(waiting).rejects.toThrow("closed");
  await expect(connection.welcome).rejects.toThrow("closed");
  expect(connection.isClosed).toBe(true);
});

test("what was sent is taken without a turn of the event loop, in order, and every reply reaches the caller that waits for it", async () => {
  const { connection, say, heard } = connect();
  say(WELCOME);
  await connection.welcome;
  connection.attached();
  expect(connection.sent?.number).toBe(1);
  const order: string[] = [];
  const first = connection.call("count", [{}]).then((value) => order.push(`first ${String(value)}`));
  const second = connection.call("count", [{}]).catch((error: unknown) => order.push(`second ${String(error)}`));
  say({ request: 1, value: 7 });
  say({ generation: generationOf(2) });
  say({ request: 2, error: { name: "Error", problem: "no", remedy: undefined, code: "E_QUERY", fault: undefined } });
  expect(connection.sent?.number).toBe(1);
  connection.receive();
  expect(connection.sent?.number).toBe(2);
  await Promise.all([first, second]);
  expect(order).toEqual(["first 7", "second MetacacheError: no"]);
  expect([heard(), heard()]).toEqual([
    { request: 1, method: "count", args: [{}] },
    { request: 2, method: "count", args: [{}] },
  ]);
  expect(heard()).toBeUndefined();
  connection.taken(2);
  expect(heard()).toEqual({ taken: 2 });
});

test("what was given up keeps no thread alive, and its late reply harms nobody", async () => {
  const { connection, port, say } = connect();
  connection.attached();
  const giveUp = new AbortController();
  const waiting = connection.call("waitForRevision", [9], giveUp.signal);
  expect(port.hasRef()).toBe(true);
  giveUp.abort(new TypeError("enough"));
  await expect(waiting).rejects.toThrow("enough");
  expect(port.hasRef()).toBe(false);
  say({ request: 1, value: undefined });
  const next = connection.call("count", [{}]);
  say({ request: 2, value: 3 });
  expect(await next).toBe(3);
});
