import { MetacacheError } from "../../../base/errors.ts";

/** The clients whose configuration is known. */
export const MCP_CLIENTS = ["claude", "codex", "vscode", "cursor"] as const;
type McpClient = (typeof MCP_CLIENTS)[number];

/** What to write, and into which file. */
export interface ClientConfig {
  readonly client: McpClient;
  readonly file: string;
  readonly config: string;
}

interface Start {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * The configuration of a client that starts the server so. Throws `E_CONFIG` for a client that is
 * not known.
 */
export function clientConfig(client: string, start: Start): ClientConfig {
  const known = MCP_CLIENTS.find((name) => name === client);
  if (known === undefined) {
    throw new MetacacheError("E_CONFIG", `--print-config must be one of ${MCP_CLIENTS.join(", ")}, not ${JSON.stringify(client)}`);
  }
  const { file, write } = CLIENTS[known];
  return { client: known, file, config: write(start) };
}

const CLIENTS: Readonly<Record<McpClient, { readonly file: string; readonly write: (start: Start) => string }>> = {
  claude: { file: ".mcp.json", write: (start) => json({ mcpServers: { metacache: { type: "stdio", ...start } } }) },
  codex: { file: "~/.codex/config.toml", write: toml },
  vscode: { file: ".vscode/mcp.json", write: (start) => json({ servers: { metacache: { type: "stdio", ...start } } }) },
  cursor: { file: ".cursor/mcp.json", write: (start) => json({ mcpServers: { metacache: start } }) },
};

function json(value: object): string {
  return JSON.stringify(value, undefined, 2);
}

/** A string of JSON is one of TOML, too. */
function toml({ command, args }: Start): string {
  return `[mcp_servers.metacache]\ncommand = ${JSON.stringify(command)}\nargs = [${args.map((arg) => JSON.stringify(arg)).join(", ")}]`;
}
