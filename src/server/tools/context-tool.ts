import type { ArgumentTable, ToolArguments } from "../arguments/tool-arguments.ts";
import type { ToolAnswer } from "../answers/tool-answer.ts";
import type { OpenProject } from "../projects/served-project.ts";

/** A question that a model can ask. */
export interface ContextTool {
  readonly name: string;
  readonly title: string;
  /**
   * Tells a model what the tool answers, and when it is better than a text search. Clients cut the
   * text after 2 KB.
   */
  readonly description: string;
  /** The arguments that only this tool has. */
  readonly arguments: ArgumentTable;
  /** A call that works. Failures show it if they have no better remedy. */
  readonly example: Readonly<Record<string, string | number>>;
  answer(project: OpenProject, args: ToolArguments, call: ToolCall): Promise<ToolAnswer>;
}

export interface ToolCall {
  /** The maximum cost of the answer, in tokens. */
  readonly budget: number;
  readonly signal: AbortSignal;
}

export const CURSOR_ARGUMENT: ArgumentTable = {
  cursor: { type: "string", description: "Continue an answer: the cursor at its end, with the same arguments." },
};
