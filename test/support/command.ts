import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";

/** The command, from its sources. */
export const START: string = join(import.meta.dirname, "../../scripts/start.ts");

const MANY = join(import.meta.dirname, "many-commands.ts");

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as a user does, in the folder `cwd`. */
export function metacacheIn(cwd: string, ...args: readonly string[]): Promise<Outcome> {
  return run(cwd, {}, args);
}

export function metacacheWith(environment: Readonly<Record<string, string>>, cwd: string, ...args: readonly string[]): Promise<Outcome> {
  return run(cwd, environment, args);
}

export function metacache(...args: readonly string[]): Promise<Outcome> {
  return run(process.cwd(), {}, args);
}

/** The document of `--json`. */
export async function json(...args: readonly string[]): Promise<Record<string, unknown>> {
  return jsonIn(process.cwd(), ...args);
}

export async function jsonIn(cwd: string, ...args: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse((await run(cwd, {}, [...args, "--json"])).stdout) as Record<string, unknown>;
}

/** Runs many commands in one process, which starts once: their outcomes, in order. */
export async function metacacheMany(commands: readonly { readonly cwd: string; readonly args: readonly string[] }[]): Promise<Outcome[]> {
  const mark = randomUUID();
  const outcome = await new Promise<Outcome>((resolve) => {
    const options = { timeout: 250_000, maxBuffer: 1 << 26 };
    const child = execFile(process.execPath, [MANY], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
    child.stdin?.end(JSON.stringify({ mark, commands }));
  });
  const [outs, errs] = [outcome.stdout.split(mark), outcome.stderr.split(mark)];
  return commands.map((_, at) => {
    const out = outs[at] ?? "";
    return { code: Number(out.slice(-1)), stdout: out.slice(0, -1), stderr: errs[at] ?? outcome.stderr };
  });
}

/** The same, all in one folder. */
export function metacacheAll(cwd: string, ...lines: readonly (readonly string[])[]): Promise<Outcome[]> {
  return metacacheMany(lines.map((args) => ({ cwd, args })));
}

function run(cwd: string, environment: Readonly<Record<string, string>>, args: readonly string[]): Promise<Outcome> {
  const options = { cwd, env: { ...process.env, ...environment }, timeout: 250_000, maxBuffer: 1 << 26 };
  return new Promise((resolve) => {
    execFile(process.execPath, [START, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
