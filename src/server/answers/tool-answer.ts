import type { CallToolResult } from "@modelcontextprotocol/server";

/** What a tool found, before the line about freshness is added. */
export interface ToolAnswer {
  readonly lines: readonly string[];
  readonly revision: number;
  /** The files that the answer names or describes. */
  readonly paths: readonly string[];
  /** How many things the budget or the page left out. `cursor` continues with them. */
  readonly left?: number | undefined;
  readonly cursor?: string | undefined;
}

/**
 * Returns the same facts as text and as structured content. Clients show a model one of the two,
 * and the server does not know which.
 */
export function toolResult({ lines, left = 0, cursor }: ToolAnswer, freshness: string): CallToolResult {
  const rest = left === 0 ? [] : [cursor === undefined ? `${left} more` : `${left} more: cursor ${cursor}`];
  return {
    content: [{ type: "text", text: [freshness, ...lines, ...rest].join("\n") }],
    structuredContent: { freshness, lines: [...lines], ...(left > 0 && { left }), ...(cursor !== undefined && { cursor }) },
  };
}

export function toolFailure(text: string): CallToolResult {
  return { content: [{ type: "text", text }], isError: true };
}
