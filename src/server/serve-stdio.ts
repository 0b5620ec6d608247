import { serveStdio, type StdioServerHandle } from "@modelcontextprotocol/server/stdio";
import { createContextServer } from "./context-server.ts";
import type { ServedProjects } from "./projects/served-projects.ts";

/**
 * Answers on standard input and output, in the protocol era of the client's first message. Resolves
 * when the input ends, or when `signal` aborts.
 */
export async function serveOnStdio(projects: ServedProjects, version: string, signal: AbortSignal): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const end = (): void => ended.resolve();
  signal.addEventListener("abort", end, { once: true });
  for (const event of ENDS) process.stdin.once(event, end);
  let handle: StdioServerHandle | undefined;
  try {
    handle = serveStdio(({ era }) => createContextServer(projects, { version, announcer: era === "modern" ? "server" : "nobody" }));
    if (!signal.aborted) await ended.promise;
  } finally {
    signal.removeEventListener("abort", end);
    for (const event of ENDS) process.stdin.off(event, end);
    await handle?.close();
    // This process must end even if another process keeps the other end of standard input open.
    process.stdin.destroy();
  }
}

const ENDS = ["end", "close", "error"] as const;
