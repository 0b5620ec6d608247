import { assert } from "../../base/assert.ts";
import type { MessagePort } from "node:worker_threads";
import type { Generation } from "../protocol/generation.ts";
import { type MessageToOwner, type MessageToReader, type Request, sendError } from "../protocol/thread-messages.ts";

/**
 * The owner's connection to one reader. It answers the reader's requests and sends generations, one
 * at a time: the next one only after the reader has taken the last one. Keeps no process alive.
 */
export class ReaderConnection {
  readonly #port: MessagePort;
  readonly #answer: (request: Request) => Promise<unknown>;
  #present: Generation;
  #sent: number;
  #taken: number;
  /** These promises never reject. */
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
    // Also called if the reader's thread has died, at any instruction. Nothing that the thread held
    // is left.
    port.on("close", on.close);
    port.unref();
    this.#send({ welcome: present });
  }

  /** Sends a generation to the reader: at once, or after the reader has taken the last one. */
  offer(generation: Generation): void {
    assert(generation.number > this.#present.number, "the numbers of generations only grow");
    this.#present = generation;
    this.#sendPresent();
  }

  /**
   * Answers no new request. Resolves when the started ones are answered. They must be answered:
   * otherwise a reader could take a committed write for a failed one.
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
