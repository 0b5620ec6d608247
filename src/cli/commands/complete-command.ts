import type { CommandDefinition } from "../command-definition.ts";
import { quotedForBash, readBashLine } from "../completion/bash-words.ts";
import { candidatesFor } from "../completion/candidates.ts";
import { isMark } from "../completion/shells.ts";
import { type CommonOptions, type ExitCode, outputOf } from "../session.ts";

/**
 * `metacache complete SHELL -- …`: prints the words that can follow, for the scripts of
 * `completion`. The scripts of zsh and fish pass the words of the line. The script of bash passes
 * the line up to the cursor, and the part that bash replaces.
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
  // If the word has a colon or an equals sign, bash replaces only the part after it.
  const kept = current.length - (readBashLine(replaced).words.at(-1) ?? "").length;
  const found = await candidatesFor(words.slice(1));
  return found.map((word) => (isMark(word) ? word : quotedForBash(word.slice(kept), quote)));
}
