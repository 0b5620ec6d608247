import { MessageChannel } from "node:worker_threads";
import { expect, onTestFinished, test } from "vitest";
import { OwnerConnection } from "../../src/threads/owner-connection.ts";
import type { MessageToReader } from "../../src/threads/thread-messages.ts";

const half = { image: new SharedArrayBuffer(0), log: new SharedArrayBuffer(0) };
const WELCOME: MessageToReader = { welcome: { firstImage: 1, halves: [half, half] }, place: 0 };

function connect(): {
  readonly connection: OwnerConnection;
  readonly port: { hasRef(): boolean };
  readonly say: (message: MessageToReader) => void;
} {
  const { port1, port2 } = new MessageChannel();
  const connection = new OwnerConnection(port1, () => new TypeError("closed"));
  onTestFinished(() => connection.close());
  port2.unref();
  return { connection, port: port1, say: (message) => port2.postMessage(message) };
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
  await expect(connection.call("update", [() => undefined])).rejects.toThrow(/could not be cloned/);
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
