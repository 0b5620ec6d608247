import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createMcpHandler,
  localhostAllowedHostnames,
  type McpHttpHandler,
  validateHostHeader,
  validateOriginHeader,
} from "@modelcontextprotocol/server";
import { MetacacheError, messageOf } from "../../base/errors.ts";
import { createContextServer } from "../context-server.ts";
import type { ServedProjects } from "../projects/served-projects.ts";
import { AnnouncingBus } from "./announcing-bus.ts";
import { answerByFetch } from "./fetch-adapter.ts";
import { carriesToken } from "./token.ts";

export interface HttpOptions {
  readonly version: string;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly token: string;
  /** True to allow an address that other machines can reach. */
  readonly allowRemote: boolean;
}

export interface HttpServer extends AsyncDisposable {
  readonly url: string;
}

const PATH = "/mcp";
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/**
 * Answers by Streamable HTTP. Every request needs the token. Pages in a browser cannot ask: the
 * names in `Host` and `Origin` must be those of this machine, because a page may make its own name
 * resolve to this machine. Throws `E_CONFIG` for an address that other machines can reach, unless
 * `allowRemote` is set. Throws `E_SOURCE` if the server cannot listen on the address.
 */
export async function serveOnHttp(projects: ServedProjects, options: HttpOptions): Promise<HttpServer> {
  const { host, allowRemote, version } = options;
  if (!LOOPBACK.test(host) && !allowRemote) {
    throw new MetacacheError("E_CONFIG", `--host ${JSON.stringify(host)} can be reached from other machines`, {
      remedy: "add --allow-remote if you want that: everybody who has the token can read the project",
    });
  }
  // A client of the old era would need a session to listen in, and this server has no sessions.
  const handler = createMcpHandler(
    ({ era }) => createContextServer(projects, { version, announcer: era === "modern" ? "maker" : "nobody" }),
    { bus: new AnnouncingBus(projects.only) },
  );
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing, handler, options));
  await listening(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}${PATH}`,
    [Symbol.asyncDispose]: () => closed(server, handler),
  };
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, handler: McpHttpHandler, options: HttpOptions): Promise<void> {
  try {
    const refusal = refusalOf(incoming, options);
    if (refusal === undefined) await answerByFetch(incoming, outgoing, (request) => handler.fetch(request));
    else outgoing.writeHead(refusal.status, { "content-type": "text/plain", ...refusal.headers }).end(`${refusal.why}\n`);
  } catch {
    // The client closed the connection, or sent something that is not a request.
    outgoing.destroy();
  }
}

interface Refusal {
  readonly status: number;
  readonly why: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function refusalOf({ headers, url = "/" }: IncomingMessage, { host, token }: HttpOptions): Refusal | undefined {
  const names = [...localhostAllowedHostnames(), host.includes(":") ? `[${host}]` : host];
  // Clients may call a server for all addresses by names that it does not know. Then only the token
  // protects it.
  const isForAll = host === "0.0.0.0" || host === "::";
  if (!isForAll && !validateHostHeader(headers.host, names).ok) return { status: 403, why: "the header Host names another machine" };
  if (!validateOriginHeader(headers.origin, names).ok) return { status: 403, why: "the header Origin names another machine" };
  if (!carriesToken(headers.authorization, token)) {
    return { status: 401, why: "the header Authorization must carry the token", headers: { "www-authenticate": "Bearer" } };
  }
  return url.split("?", 1)[0] === PATH ? undefined : { status: 404, why: `the only path is ${PATH}` };
}

async function listening(server: Server, { host, port }: HttpOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(port, host, resolve);
  try {
    await promise;
  } catch (error) {
    throw new MetacacheError("E_SOURCE", `the server cannot listen on ${host}:${port}: ${messageOf(error)}`, {
      remedy: "give another --port, or leave it out to use any free port",
      cause: error,
    });
  }
}

async function closed(server: Server, handler: McpHttpHandler): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  await handler.close();
  server.closeAllConnections();
  await promise;
}
