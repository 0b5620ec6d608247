import type { CommandDefinition } from "../command-definition.ts";
import { quotedForBash, readBashLine } from "../completion/bash-words.ts";
import { candidatesFor } from "../completion/candidates.ts";
import { isMark } from "../completion/shells.ts";
import { type CommonOptions, type ExitCode, outputOf } from "../session.ts";

/**
 * `metacache complete SHELL -- …`: what can follow, for the scripts of `completion`. zsh and fish
 * give the words; bash gives the line up to the cursor, and what of it will be replaced.
 */
export const command: CommandDefinition = {
  example: "complete zsh -- query --lang",
  standsAlone: true,
  run,
};

async function run(options: CommonOptions, shell?: string, [, ...words]: readonly string[] = []): Promise<ExitCode> {
  const output = outputOf(options);
  const found = await (shell === "bash" ? forBash(words[0] ?? "", words[1] ?? "") : candidatesFor(words));
  output.document("complete", { candidates: found }, "candidates");
  if (found.length > 0) output.raw(`${found.join("\n")}\n`);
  return found.length === 0 ? 1 : 0;
}

async function forBash(line: string, replaced: string): Promise<readonly string[]> {
  const { words, quote } = readBashLine(line);
  const current = words.at(-1) ?? "";
  // Of a word with a colon or an equals sign, bash replaces what stands behind.
  const kept = current.length - (readBashLine(replaced).words.at(-1) ?? "").length;
  const found = await candidatesFor(words.slice(1));
  return found.map((word) => (isMark(word) ? word : quotedForBash(word.slice(kept), quote)));
}
