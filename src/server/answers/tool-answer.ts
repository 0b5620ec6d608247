import type { CallToolResult } from "@modelcontextprotocol/server";

/** What a tool has found, before the line of freshness is put to it. */
export interface ToolAnswer {
  readonly lines: readonly string[];
  readonly revision: number;
  /** The files that the answer speaks of. */
  readonly paths: readonly string[];
  /** How many things the budget, or the page, left out; with the cursor that continues. */
  readonly left?: number | undefined;
  readonly cursor?: string | undefined;
}

/**
 * The same facts as text and as structure: clients show a model one of the two, and which is not
 * known.
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
