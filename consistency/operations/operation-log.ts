import { closeSync, createReadStream, existsSync, openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Operation } from "./operation.ts";

const BUFFERED = 64 * 1024;

/**
 * Appends operations to the file of a process. A kill loses the buffered lines. Answers may be
 * lost, writes may not.
 */
export class OperationLog {
  readonly #file: number;
  #buffer = "";

  constructor(file: string) {
    this.#file = openSync(file, "a");
  }

  add(operation: Operation): void {
    this.#buffer += `${JSON.stringify(operation)}\n`;
    if (this.#buffer.length > BUFFERED || operation.kind === "writing" || operation.kind === "written") this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    for (let rest = Buffer.from(this.#buffer); rest.length > 0;) rest = rest.subarray(writeSync(this.#file, rest));
    this.#buffer = "";
  }
}

/** Leaves out a last line that a kill has cut off. */
export async function* readOperations(file: string): AsyncGenerator<Operation, void, undefined> {
  if (!existsSync(file)) return;
  let line: string | undefined;
  for await (const next of createInterface({ input: createReadStream(file) })) {
    if (line !== undefined) yield JSON.parse(line) as Operation;
    line = next;
  }
  if (line?.endsWith("}") !== true) return;
  const last = parsed(line);
  if (last !== undefined) yield last;
}

/** The cut may also come right after an inner brace. */
function parsed(line: string): Operation | undefined {
  try {
    return JSON.parse(line) as Operation;
  } catch {
    return undefined;
  }
}
