import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { withSignal } from "../../base/abort.ts";
import { MetacacheError, messageOf } from "../../base/errors.ts";
import type { Generation } from "../protocol/generation.ts";
import type { GenerationInbox } from "./shared-index-reader.ts";
import { type MessageToOwner, type MessageToReader, type Method, receiveError } from "../protocol/thread-messages.ts";

interface Waiting {
  readonly method: Method | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A reader's connection to the owner: numbered requests, their replies, and generations. Keeps its
 * thread alive only while it waits for a reply.
 */
export class OwnerConnection implements GenerationInbox {
  readonly welcome: Promise<void>;
  readonly #port: MessagePort;
  readonly #closedError: (method: Method | undefined) => Error;
  readonly #waiting = new Map<number, Waiting>();
  #sent: Generation | undefined;
  #welcomed: (() => void) | undefined;
  #isClosed = false;
  #calls = 0;

  /**
   * `closedError` makes the error for a call that waits when the connection ends, by the name of
   * the method.
   */
  constructor(port: MessagePort, closedError: (method: Method | undefined) => Error) {
    this.#port = port;
    this.#closedError = closedError;
    this.welcome = new Promise((resolve, reject) => {
      this.#welcomed = resolve;
      // If the owner cannot be reached at all, nobody may be waiting for this promise.
      this.#waiting.set(0, { method: undefined, resolve: () => undefined, reject });
    });
    this.welcome.catch(() => undefined);
    port.on("message", (message: MessageToReader) => this.#receive(message));
    port.on("close", () => this.#end());
  }

  get calls(): number {
    return this.#calls;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get sent(): Generation | undefined {
    return this.#sent;
  }

  /**
   * Takes messages in the order in which they were sent, as the event loop would. Settles the call
   * of each reply among them.
   */
  receive(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      this.#receive((next as { readonly message: MessageToReader }).message);
    }
  }

  taken(generation: number): void {
    if (!this.#isClosed) this.#send({ taken: generation });
  }

  /** Calls a method of the owner. If `signal` aborts the call, the owner still finishes it. */
  call(method: Method, args: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    const request = ++this.#calls;
    const reply = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(request, { method, resolve, reject });
    });
    try {
      this.#send({ request, method, args });
    } catch (error) {
      this.#settle(request)?.reject(
        new MetacacheError(
          "E_ARGUMENT",
          `the arguments of ${method} cannot be sent to the thread that owns the cache: ${messageOf(error)}`,
          {
            remedy: "give plain data",
            cause: error,
          },
        ),
      );
    }
    if (this.#waiting.size > 0) this.#port.ref();
    return signal === undefined ? reply : withSignal(reply, signal).finally(() => this.#settle(request));
  }

  /**
   * Keeps the thread alive only for replies from now on. Call this after the owner has received the
   * request to attach: the welcome may come earlier, and waiting for the delivery of the request
   * keeps no thread alive.
   */
  attached(): void {
    this.#settle(0);
  }

  close(): void {
    this.#port.close();
    this.#end();
  }

  #receive(message: MessageToReader): void {
    if ("welcome" in message) {
      this.#sent = message.welcome;
      this.#welcomed?.();
      this.#welcomed = undefined;
    } else if ("generation" in message) this.#sent = message.generation;
    else {
      const waiting = this.#settle(message.request);
      if ("error" in message) waiting?.reject(receiveError(message.error));
      else waiting?.resolve(message.value);
    }
  }

  #send(message: MessageToOwner): void {
    this.#port.postMessage(message);
  }

  #settle(request: number): Waiting | undefined {
    const waiting = this.#waiting.get(request);
    this.#waiting.delete(request);
    if (this.#waiting.size === 0) this.#port.unref();
    return waiting;
  }

  #end(): void {
    this.#isClosed = true;
    this.#sent = undefined;
    for (const { method, reject } of this.#waiting.values()) reject(this.#closedError(method));
    this.#waiting.clear();
  }
}
