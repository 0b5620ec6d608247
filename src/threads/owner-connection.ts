import type { MessagePort } from "node:worker_threads";
import { withSignal } from "../base/abort.ts";
import { type ImageMemory, type MessageToReader, type Method, receiveError, type Request, type Welcome } from "./thread-messages.ts";

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A reader's way to the owner: requests by number, and the replies to them. Keeps its thread alive only while a reply is awaited. */
export class OwnerConnection {
  readonly welcome: Promise<Welcome>;
  onMemory: (memory: ImageMemory) => void = () => undefined;
  readonly #port: MessagePort;
  readonly #closedError: () => Error;
  readonly #waiting = new Map<number, Waiting>();
  #welcomed: ((welcome: Welcome) => void) | undefined;
  #isClosed = false;
  #calls = 0;

  constructor(port: MessagePort, closedError: () => Error) {
    this.#port = port;
    this.#closedError = closedError;
    this.welcome = new Promise((resolve, reject) => {
      this.#welcomed = resolve;
      // Nobody may be waiting for it where the owner cannot be reached at all.
      this.#waiting.set(0, { resolve: () => undefined, reject });
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

  /** Given up by `signal`, the owner goes on with it. */
  call(method: Method, args: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    const request = ++this.#calls;
    const reply = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject });
    });
    const message: Request = { request, method, args };
    try {
      this.#port.postMessage(message);
    } catch (error) {
      this.#settle(request)?.reject(error as Error);
    }
    if (this.#waiting.size > 0) this.#port.ref();
    if (signal === undefined) return reply;
    // What was given up keeps no thread alive: the reply, if it ever comes, is dropped.
    const giveUp = (): void => void this.#settle(request);
    signal.addEventListener("abort", giveUp, { once: true });
    return withSignal(reply, signal).finally(() => signal.removeEventListener("abort", giveUp));
  }

  /**
   * From now on the thread is kept alive for replies alone. Not before: the welcome may come before it is known that the introduction has arrived,
   * and waiting for that keeps no thread alive.
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
      this.#welcomed?.(message);
      this.#welcomed = undefined;
      this.onMemory(message.welcome);
      return;
    }
    const waiting = this.#settle(message.request);
    if ("error" in message) waiting?.reject(receiveError(message.error));
    else waiting?.resolve(message.value);
  }

  #settle(request: number): Waiting | undefined {
    const waiting = this.#waiting.get(request);
    this.#waiting.delete(request);
    if (this.#waiting.size === 0) this.#port.unref();
    return waiting;
  }

  #end(): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.values()) reject(this.#closedError());
    this.#waiting.clear();
  }
}
