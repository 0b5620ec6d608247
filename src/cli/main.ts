import { CommanderError } from "commander";
import { isMetacacheError, messageOf, remedyOf } from "../base/errors.ts";
import { createProgram } from "./program.ts";
import type { ExitCode } from "./session.ts";
import { type Format, isFormat } from "./terminal/output.ts";
import { guardStreams, outputFor, writeError } from "./terminal/streams.ts";

/**
 * Runs the command `metacache`. Resolves to its exit code: 0 done or found, 1 nothing found, 2 not
 * done.
 */
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
    const format = formatIn(argv);
    if (format !== "text") {
      const code = isUsage ? "E_USAGE" : isMetacacheError(error) ? error.code : "E_INVARIANT";
      outputFor({ format, quiet: false, verbose: false }).document("error", {
        error: { code, message, ...(remedy !== undefined && { remedy }) },
      });
    }
    // Commander has already written its message to stderr.
    if (!isUsage) writeError(`metacache: ${message.replaceAll("\n", " ")}\n`);
    return 2;
  }
}

/**
 * Returns the requested format even if the rest of the command line is wrong. Options end at `--`.
 */
function formatIn(argv: readonly string[]): Format {
  const end = argv.indexOf("--");
  const words = argv.slice(0, end === -1 ? argv.length : end);
  const named = words.map((word, at) => (word === "--format" ? words[at + 1] : /^--format=(.*)$/s.exec(word)?.[1])).find(isFormat);
  return named ?? (words.includes("--json") ? "json" : "text");
}

function usageMessageOf(error: CommanderError): string {
  if (error.code === "commander.help") return "no command is given: run `metacache --help` for the list of commands";
  return error.message.replace(/^error: /, "").replaceAll("\n", " ");
}
