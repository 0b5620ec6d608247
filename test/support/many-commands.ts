// Runs commands one after the other in one process: each { cwd, args } of the JSON list on stdin.
// After each, its exit code and a mark on both streams.
import { readFileSync } from "node:fs";
import { main } from "../../src/cli/main.ts";

const { mark, commands } = JSON.parse(readFileSync(0, "utf8")) as {
  readonly mark: string;
  readonly commands: readonly { readonly cwd: string; readonly args: readonly string[] }[];
};
for (const { cwd, args } of commands) {
  process.chdir(cwd);
  const code = await main(args);
  process.stdout.write(`${code}${mark}`);
  process.stderr.write(mark);
}
