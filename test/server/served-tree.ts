import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { START } from "../support/command.ts";
import { TemporaryTree } from "../extraction/temporary-tree.ts";

export type Era = "legacy" | "modern";

/** What a tool answered: the text, and the structure that says the same. */
export interface Told {
  readonly text: string;
  readonly isError: boolean;
  readonly structure:
    | { readonly freshness: string; readonly lines: readonly string[]; readonly left?: number; readonly cursor?: string }
    | undefined;
}

export interface ServedTree extends AsyncDisposable {
  readonly client: Client;
  readonly pid: number;
  call(name: string, args?: Record<string, unknown>): Promise<Told>;
}

/** A server of its own for these arguments of `metacache mcp`, with the SDK's client. */
export async function serve(era: Era, args: readonly string[]): Promise<ServedTree> {
  const client = new Client({ name: "test", version: "1" }, era === "modern" ? { versionNegotiation: { mode: "auto" } } : {});
  const transport = new StdioClientTransport({ command: process.execPath, args: [START, "mcp", ...args], stderr: "inherit" });
  await client.connect(transport);
  return {
    client,
    get pid() {
      return transport.pid ?? 0;
    },
    call: (name, given) => call(client, name, given),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

export async function call(client: Client, name: string, args: Record<string, unknown> = {}): Promise<Told> {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: { waitMs: 60_000, ...args } });
  const [first] = content;
  return {
    text: first?.type === "text" ? first.text : "",
    isError: isError === true,
    structure: structuredContent as Told["structure"],
  };
}

/** A small project that has something for every tool. */
export function sampleTree(): TemporaryTree {
  const tree = new TemporaryTree();
  tree.git("init", "--quiet", "--initial-branch=main");
  tree.write("README.md", "# Sample\n\nSee [the design](docs/design.md#goal).\n");
  tree.write("docs/design.md", "# Design\n\n## Goal\n\nRead files. See [the parser](../src/parser.ts).\n");
  tree.write("src/parser.ts", PARSER);
  tree.write("src/lexer.py", 'def next_token(text):\n    """Returns the first token of a text."""\n    return text[0]\n');
  return tree;
}

const PARSER = `/** Reads a file as docs/design.md says. */
export class Parser {
  /** Reads the whole text. */
  parseText(text: string): string[] {
    return text.split(" ");
  }
}

/** How many words there may be. */
export const MAX_WORDS = 10;

export function parseFile(path: string): string[] {
  return new Parser().parseText(path);
}
`;
