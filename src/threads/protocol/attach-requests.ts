import { randomUUID } from "node:crypto";
import { MessagePort } from "node:worker_threads";

/** What a reader sends to the owner's thread to introduce itself. */
export interface AttachRequest {
  /** The share that it has the handle of. */
  readonly metacache: string;
  readonly port: MessagePort;
}

/** Readers are expected under this name until it is given back. */
export interface ReaderAcceptor {
  readonly name: string;
  end(): void;
}

/** Begins every name of this thread's: there may be another copy of this package in it, which has names of its own. */
const OWN_NAMES = `${randomUUID()}/`;
const connectors = new Map<string, (port: MessagePort) => void>();
let names = 0;

/** Calls `connect` for each reader that introduces itself. However many shares a thread has, it listens once, and not at all after the last one. */
export function acceptReaders(connect: (port: MessagePort) => void): ReaderAcceptor {
  const name = `${OWN_NAMES}${++names}`;
  if (connectors.size === 0) process.on("workerMessage", receive);
  connectors.set(name, connect);
  return {
    name,
    end: () => {
      if (connectors.delete(name) && connectors.size === 0) process.off("workerMessage", receive);
    },
  };
}

/** Other libraries send messages of this kind, too: whatever is not ours is left alone. */
function receive(message: unknown): void {
  if (typeof message !== "object" || message === null) return;
  const { metacache, port } = message as Partial<AttachRequest>;
  if (typeof metacache !== "string" || !metacache.startsWith(OWN_NAMES) || !(port instanceof MessagePort)) return;
  const connect = connectors.get(metacache);
  // Of a share that has ended: so that the reader need not wait for a welcome.
  if (connect === undefined) port.close();
  else connect(port);
}
