import type { ArgumentTable, ToolArguments } from "../arguments/tool-arguments.ts";
import type { ToolAnswer } from "../answers/tool-answer.ts";
import type { OpenProject } from "../projects/served-project.ts";

/** A question that a model can ask. */
export interface ContextTool {
  readonly name: string;
  readonly title: string;
  /**
   * For a model: what it answers, and when it is better than a search through the text. Clients cut
   * it after 2 KB.
   */
  readonly description: string;
  /** Those of its own. */
  readonly arguments: ArgumentTable;
  /** A call that works: what a failure says to do next if it has nothing better. */
  readonly example: Readonly<Record<string, string | number>>;
  answer(project: OpenProject, args: ToolArguments, call: ToolCall): Promise<ToolAnswer>;
}

export interface ToolCall {
  /** Tokens that the answer may cost. */
  readonly budget: number;
  readonly signal: AbortSignal;
}

export const CURSOR_ARGUMENT: ArgumentTable = {
  cursor: { type: "string", description: "Continue an answer: the cursor that it ended with, all else as before." },
};
