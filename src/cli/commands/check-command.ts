import { MetacacheError } from "../../base/errors.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession } from "../session.ts";
import { readTree } from "./check/read-tree.ts";
import { runCheck } from "./check/run-check.ts";
import { SourceLines } from "./check/source-lines.ts";
import { closingLine, printFindings } from "./check/text-report.ts";

interface CheckCommandOptions extends CommonOptions {
  readonly atLeast?: string;
}

/** `metacache check`: whether every reference of code and documents names what exists. */
export const command: CommandDefinition = {
  example: "check --at-least 100",
  indexes: true,
  options: [["--at-least <n>", "trouble if fewer references are checked: a check that finds none to look at is green for ever"]],
  notes: "Exit codes: 0 clean, 1 findings (warnings are none), 2 could not be checked.",
  run,
};

async function run(options: CheckCommandOptions): Promise<ExitCode> {
  const floor = floorOf(options.atLeast);
  const session = await openSession(options);
  const { output, place } = session;
  const { root, tree } = await readTree(session);
  const lines = new SourceLines(root);
  const result = await runCheck(session, root, { tree, records: tree.records(), lines });
  const { counts, findings, ignored } = result;
  output.document("check", { root, checked: counts, ignored, findings, elapsedMs: Math.round(session.elapsedMs()) }, "findings");
  printFindings(output, place, findings, lines);
  output.line(closingLine(result));
  if (counts.references < floor) {
    const problem = `only ${counts.references} references were checked, fewer than ${floor}`;
    throw new MetacacheError("E_SOURCE", problem, { remedy: "see whether the right folder is checked, or lower --at-least" });
  }
  return findings.some(({ severity }) => severity === "error") ? 1 : 0;
}

function floorOf(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^\d{1,9}$/.test(text)) throw new MetacacheError("E_CONFIG", `--at-least must be a number, not ${JSON.stringify(text)}`);
  return Number(text);
}
