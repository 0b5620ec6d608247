import { once } from "node:events";
import { escapeProse } from "../../base/text/escape.ts";

/**
 * Asks on a terminal if the command may do something that cannot be undone. Ctrl-C and Ctrl-D mean
 * no. Returns true if there is no terminal to ask on: a command in a script runs as it is typed.
 */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return true;
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const ended = once(terminal, "close").then(() => "");
  const answer = await Promise.race([terminal.question(`${escapeProse(question)} [y/N] `).catch(() => ""), ended]);
  terminal.close();
  return /^y(?:es)?$/i.test(answer.trim());
}
