import { appendFileSync, createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Operation } from "./operation.ts";

const BUFFERED = 64 * 1024;

/** Appends operations to a process's file. What is buffered is lost when the process is killed; answers may be, writes must not. */
export class OperationLog {
  readonly #file: string;
  #buffer = "";

  constructor(file: string) {
    this.#file = file;
  }

  add(operation: Operation): void {
    this.#buffer += `${JSON.stringify(operation)}\n`;
    if (this.#buffer.length > BUFFERED || operation.kind === "writing" || operation.kind === "written") this.flush();
  }

  flush(): void {
    if (this.#buffer !== "") appendFileSync(this.#file, this.#buffer);
    this.#buffer = "";
  }
}

/** A last line that a kill has cut off is left out. */
export async function* readOperations(file: string): AsyncGenerator<Operation, void, undefined> {
  if (!existsSync(file)) return;
  let line: string | undefined;
  for await (const next of createInterface({ input: createReadStream(file) })) {
    if (line !== undefined) yield JSON.parse(line) as Operation;
    line = next;
  }
  if (line?.endsWith("}") === true) yield JSON.parse(line) as Operation;
}
