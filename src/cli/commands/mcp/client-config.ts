import { MetacacheError } from "../../../base/errors.ts";

/** The clients with a known configuration format. */
export const MCP_CLIENTS = ["claude", "codex", "vscode", "cursor"] as const;
type McpClient = (typeof MCP_CLIENTS)[number];

/** The text of a configuration, and the file that it belongs to. */
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
 * Returns the configuration that makes a client start the server with `start`. Throws `E_CONFIG`
 * for an unknown client.
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

/** Writes the configuration as TOML. Every JSON string is also a valid TOML string. */
function toml({ command, args }: Start): string {
  return `[mcp_servers.metacache]\ncommand = ${JSON.stringify(command)}\nargs = [${args.map((arg) => JSON.stringify(arg)).join(", ")}]`;
}
