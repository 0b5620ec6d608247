import { randomUUID } from "node:crypto";
import { MessagePort } from "node:worker_threads";

/** The message by which a reader asks the owner's thread to attach it. */
export interface AttachRequest {
  /** The name of the share, from its handle. */
  readonly metacache: string;
  readonly port: MessagePort;
}

/** Accepts readers under this name until `end` is called. */
export interface ReaderAcceptor {
  readonly name: string;
  end(): void;
}

/**
 * Every name of this thread begins with this text, drawn for the first share. Another copy of this
 * package in the same thread has names of its own.
 */
let ownNames: string | undefined;
const connectors = new Map<string, (port: MessagePort) => void>();
let names = 0;

/**
 * Calls `connect` for each reader that asks to attach. A thread listens only once for any number of
 * shares, and stops after the last one.
 */
export function acceptReaders(connect: (port: MessagePort) => void): ReaderAcceptor {
  ownNames ??= `${randomUUID()}/`;
  const name = `${ownNames}${++names}`;
  if (connectors.size === 0) process.on("workerMessage", receive);
  connectors.set(name, connect);
  return {
    name,
    end: () => {
      if (connectors.delete(name) && connectors.size === 0) process.off("workerMessage", receive);
    },
  };
}

/** Other libraries send messages of this kind, too. All other messages are ignored. */
function receive(message: unknown): void {
  if (typeof message !== "object" || message === null) return;
  const { metacache, port } = message as Partial<AttachRequest>;
  if (ownNames === undefined || typeof metacache !== "string" || !metacache.startsWith(ownNames) || !(port instanceof MessagePort)) return;
  const connect = connectors.get(metacache);
  // The share has ended. Closing the port spares the reader the wait for a welcome.
  if (connect === undefined) port.close();
  else connect(port);
}
