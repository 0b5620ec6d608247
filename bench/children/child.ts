import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Runs `children/<name>.ts` in a process of its own. The child prints one line of JSON. */
export async function runChild<T>(name: string, argument: object): Promise<T> {
  const args = ["--expose-gc", "--max-old-space-size=8192", join(import.meta.dirname, `${name}.ts`), JSON.stringify(argument)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 24 });
  return JSON.parse(stdout) as T;
}

/** The argument of `runChild`, as the child receives it. */
export function childArgument(): unknown {
  return JSON.parse(process.argv[2] ?? "null");
}
