import { assert } from "../../base/assert.ts";
import type { MessagePort } from "node:worker_threads";
import type { Generation } from "../protocol/generation.ts";
import { type MessageToOwner, type MessageToReader, type Request, sendError } from "../protocol/thread-messages.ts";

/** The owner's way to one reader: answers what it asks, and sends it generations, never more than one that it has not taken. Keeps no process alive. */
export class ReaderConnection {
  readonly #port: MessagePort;
  readonly #answer: (request: Request) => Promise<unknown>;
  #present: Generation;
  #sent: number;
  #taken: number;
  /** Never rejects. */
  readonly #replies = new Set<Promise<void>>();
  #isEnding = false;

  constructor(
    port: MessagePort,
    present: Generation,
    on: { readonly request: (request: Request) => Promise<unknown>; readonly close: () => void },
  ) {
    this.#port = port;
    this.#present = present;
    this.#sent = present.number;
    this.#taken = 0;
    this.#answer = on.request;
    port.on("message", (message: MessageToOwner) => {
      if ("taken" in message) this.#take(message.taken);
      else if (!this.#isEnding) this.#begin(message);
    });
    // Also when its thread has died, at whatever instruction: nothing that it held is left.
    port.on("close", on.close);
    port.unref();
    this.#send({ welcome: present });
  }

  /** The reader gets it, at once or when it has taken what was sent before. */
  offer(generation: Generation): void {
    assert(generation.number > this.#present.number, "no generation comes back");
    this.#present = generation;
    this.#sendPresent();
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

  #take(generation: number): void {
    this.#taken = generation;
    this.#sendPresent();
  }

  #sendPresent(): void {
    if (this.#taken !== this.#sent || this.#sent === this.#present.number) return;
    this.#sent = this.#present.number;
    this.#send({ generation: this.#present });
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
