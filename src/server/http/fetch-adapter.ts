import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * Answers a request of Node's server with a function for web requests. Aborts the request if the
 * client disconnects.
 */
export async function answerByFetch(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: Request) => Promise<Response>,
): Promise<void> {
  const abort = new AbortController();
  outgoing.once("close", () => abort.abort());
  const response = await handle(requestOf(incoming, abort.signal));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) outgoing.end();
  else await pipeline(Readable.fromWeb(response.body), outgoing);
}

function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = "GET", url = "/", headers } = incoming;
  const init = { method, signal, headers: Object.entries(headers).flatMap(([name, value]) => pairsOf(name, value)) };
  const target = new URL(url, "http://localhost");
  if (method === "GET" || method === "HEAD") return new Request(target, init);
  return new Request(target, { ...init, body: Readable.toWeb(incoming), duplex: "half" });
}

function pairsOf(name: string, value: readonly string[] | string | undefined): [string, string][] {
  if (value === undefined) return [];
  return typeof value === "string" ? [[name, value]] : value.map((each) => [name, each]);
}
