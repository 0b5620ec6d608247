import { once } from "node:events";
import { escapeProse } from "../../base/escape.ts";

/**
 * Asks on a terminal whether to do what cannot be undone; Ctrl-C and Ctrl-D mean no. Where nobody
 * can be asked, what was typed is meant.
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
