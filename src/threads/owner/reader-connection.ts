import { assert } from "../../base/assert.ts";
import type { MessagePort } from "node:worker_threads";
import { type ImageMemory, type MessageToOwner, type MessageToReader, type Request, sendError } from "../protocol/thread-messages.ts";

/**
 * The owner's way to one reader: answers what it asks, and hands it memory, never more than one that it has not taken. Keeps no process
 * alive.
 */
export class ReaderConnection {
  /** Where the reader's pins stand. */
  readonly place: number | undefined;
  readonly #port: MessagePort;
  readonly #answer: (request: Request) => Promise<unknown>;
  #memory: ImageMemory;
  #sent: number;
  #taken: number;
  /** Never rejects. */
  readonly #replies = new Set<Promise<void>>();
  #isEnding = false;

  constructor(
    port: MessagePort,
    place: number | undefined,
    memory: ImageMemory,
    on: { readonly request: (request: Request) => Promise<unknown>; readonly close: () => void },
  ) {
    this.#port = port;
    this.place = place;
    this.#memory = memory;
    this.#sent = memory.memory;
    this.#taken = 0;
    this.#answer = on.request;
    port.on("message", (message: MessageToOwner) => {
      if ("taken" in message) this.#take(message.taken);
      else if (!this.#isEnding) this.#begin(message);
    });
    // Also when its thread has died, at whatever instruction: nothing that it held is left.
    port.on("close", on.close);
    port.unref();
    this.#send({ welcome: memory, place });
  }

  /** The reader gets it, at once or when it has taken what was sent before. */
  offer(memory: ImageMemory): void {
    assert(memory.memory >= this.#memory.memory, "no memory comes back");
    this.#memory = memory;
    this.#sendMemory();
  }

  /**
   * Nothing more is answered than what is under way: a write that was committed is not to be taken for one that was not. Resolves when that
   * is answered.
   */
  async end(): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.#replies);
    this.#port.close();
  }

  #take(memory: number): void {
    this.#taken = memory;
    this.#sendMemory();
  }

  #sendMemory(): void {
    // Without a place for its pins, a reader looks at no image.
    if (this.place === undefined || this.#taken !== this.#sent || this.#sent === this.#memory.memory) return;
    this.#sent = this.#memory.memory;
    this.#send({ memory: this.#memory });
  }

  #begin(request: Request): void {
    const reply = this.#reply(request).finally(() => this.#replies.delete(reply));
    this.#replies.add(reply);
  }

  async #reply(request: Request): Promise<void> {
    const { request: number } = request;
    try {
      this.#send({ request: number, value: await this.#answer(request) });
    } catch (error) {
      this.#send({ request: number, error: sendError(error) });
    }
  }

  #send(message: MessageToReader): void {
    this.#port.postMessage(message);
  }
}
