import { randomUUID } from "node:crypto";
import { MessagePort } from "node:worker_threads";

/** What a reader sends to the owner's thread to introduce itself. */
export interface Introduction {
  /** The share that it has the handle of. */
  readonly metacache: string;
  readonly port: MessagePort;
}

/** Readers are expected under this name until it is given back. */
export interface Expectation {
  readonly name: string;
  end(): void;
}

/** Begins every name of this thread's: there may be another copy of this package in it, which has names of its own. Drawn for the first share. */
let ownNames: string | undefined;
const greeters = new Map<string, (port: MessagePort) => void>();
let names = 0;

/** Calls `greet` for each reader that introduces itself. However many shares a thread has, it listens once, and not at all after the last one. */
export function expectReaders(greet: (port: MessagePort) => void): Expectation {
  ownNames ??= `${randomUUID()}/`;
  const name = `${ownNames}${++names}`;
  if (greeters.size === 0) process.on("workerMessage", receive);
  greeters.set(name, greet);
  return {
    name,
    end: () => {
      if (greeters.delete(name) && greeters.size === 0) process.off("workerMessage", receive);
    },
  };
}

/** Other libraries send messages of this kind, too: whatever is not ours is left alone. */
function receive(message: unknown): void {
  if (typeof message !== "object" || message === null) return;
  const { metacache, port } = message as Partial<Introduction>;
  if (ownNames === undefined || typeof metacache !== "string" || !metacache.startsWith(ownNames) || !(port instanceof MessagePort)) return;
  const greet = greeters.get(metacache);
  // Of a share that has ended: so that the reader need not wait for a welcome.
  if (greet === undefined) port.close();
  else greet(port);
}
