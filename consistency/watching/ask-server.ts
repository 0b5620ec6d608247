import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { join } from "node:path";

/** A context server for the tree, in a process of its own, asked as an assistant asks it. */
export class ServerWay {
  readonly #client = new Client({ name: "proof", version: "1" });

  async begin(root: string): Promise<void> {
    const start = join(import.meta.dirname, "../../scripts/start.ts");
    await this.#client.connect(new StdioClientTransport({ command: process.execPath, args: [start, "mcp", root], stderr: "inherit" }));
  }

  /**
   * The function that each TypeScript file declares, and whether the server says that its answer is
   * proved.
   */
  async ask(): Promise<{ readonly isProved: boolean; readonly functions: ReadonlyMap<string, string> }> {
    const question = { query: "f", language: "typescript", waitMs: 60_000, budget: 8_000 };
    const { content, structuredContent, isError } = await this.#client.callTool({ name: "find", arguments: question });
    if (isError === true) throw new Error(`the server did not answer: ${JSON.stringify(content)}`);
    const { freshness, lines, left = 0 } = structuredContent as { freshness: string; lines: readonly string[]; left?: number };
    if (left > 0) throw new Error(`the server left out ${left} functions`);
    const found = lines.flatMap((line) => {
      const [, path, name] = /^(\S+):\d\S*  .*\b(f\d+)\b/.exec(line) ?? [];
      return path === undefined || name === undefined ? [] : [[path, name] as const];
    });
    return { isProved: /^@r\d+ fresh$/.test(freshness), functions: new Map(found) };
  }

  async end(): Promise<void> {
    await this.#client.close();
  }
}
