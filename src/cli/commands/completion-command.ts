import { MetacacheError } from "../../base/errors.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { SCRIPTS, type Shell, SHELLS } from "../completion/shells.ts";
import { type CommonOptions, type ExitCode, outputOf } from "../session.ts";

/**
 * `metacache completion SHELL`: prints the script that makes a shell complete commands, options and
 * names of the project.
 */
export const command: CommandDefinition = {
  example: "completion bash > ~/.local/share/bash-completion/completions/metacache",
  standsAlone: true,
  completion: SHELLS,
  notes: [
    "To use it in the current shell:",
    "  bash  source <(metacache completion bash)",
    "  zsh   source <(metacache completion zsh)",
    "  fish  metacache completion fish | source",
  ].join("\n"),
  run,
};

async function run(options: CommonOptions, argument: string): Promise<ExitCode> {
  const output = outputOf(options);
  if (!isShell(argument)) {
    throw new MetacacheError("E_CONFIG", `there is no completion for the shell ${JSON.stringify(argument)}`, {
      remedy: `give one of ${SHELLS.join(", ")}`,
    });
  }
  output.document("completion", { shell: argument, script: SCRIPTS[argument] });
  for (const line of SCRIPTS[argument].trimEnd().split("\n")) output.line(line);
  return Promise.resolve(0);
}

function isShell(text: string): text is Shell {
  return SHELLS.some((shell) => shell === text);
}
