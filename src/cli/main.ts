import { CommanderError } from "commander";
import { isMetacacheError, messageOf, remedyOf } from "../base/errors.ts";
import { createProgram } from "./program.ts";
import type { ExitCode } from "./session.ts";
import { guardStreams, outputFor, writeError } from "./terminal/streams.ts";

/** The command `metacache`. Resolves to its exit code: 0 done, 1 nothing found by that name, 2 could not be done. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  guardStreams();
  try {
    const program = await createProgram(argv, (code) => {
      exitCode = code;
    });
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const isUsage = error instanceof CommanderError;
    const message = isUsage ? usageMessageOf(error) : messageOf(error);
    const remedy = remedyOf(error);
    if (wantsJson(argv)) {
      const code = isUsage ? "E_USAGE" : isMetacacheError(error) ? error.code : "E_INVARIANT";
      outputFor(true).document("error", { error: { code, message, ...(remedy !== undefined && { remedy }) } });
    }
    // Commander has written its own message to stderr.
    if (!isUsage) writeError(`metacache: ${message.replaceAll("\n", " ")}\n`);
    return 2;
  }
}

/** Options end at `--`. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end === -1 ? argv.length : end).includes("--json");
}

function usageMessageOf(error: CommanderError): string {
  if (error.code === "commander.help") return "no command was given: run `metacache --help` for the list";
  return error.message.replace(/^error: /, "").replaceAll("\n", " ");
}
