import { type ChildProcess, fork } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { WorkerOrder, WorkerReport, WorkerTask } from "./worker.ts";

/** A safety net: no action of a process takes this long, even on a machine that ten others use. */
const PATIENCE_MS = 240_000;

/**
 * Otherwise each process and each thread strips and compiles every source again, which takes longer
 * than most of them live.
 */
const ENVIRONMENT = { NODE_COMPILE_CACHE: join(tmpdir(), "metacache-compile-cache"), ...process.env };

/** One process from its start to its end, and every problem with it. */
export class Life {
  readonly name: string;
  readonly ended: Promise<void>;
  /** Resolves when the process has finished its work, or has ended. */
  readonly idle: Promise<void>;
  /** What the process did that no process should do. */
  readonly findings: string[] = [];
  readonly #child: ChildProcess;
  #operations = 0;
  #hasEnded = false;
  /** True if the process was told to end, or was killed. */
  #mayEnd = false;

  constructor(task: WorkerTask) {
    this.name = task.life;
    const program = join(import.meta.dirname, "worker.ts");
    this.#child = fork(program, [JSON.stringify(task)], { stdio: ["ignore", "inherit", "pipe", "ipc"], env: ENVIRONMENT });
    let printed = "";
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      printed = `${printed}${text}`.slice(-2_000);
    });
    this.ended = new Promise((resolve) => {
      this.#child.once("close", (code, signal) => {
        this.#hasEnded = true;
        if (!this.#mayEnd || (code !== 0 && signal !== "SIGKILL")) {
          this.findings.push(`${this.name}: ended by itself with ${code ?? signal}: ${printed}`);
        }
        resolve();
      });
    });
    const idle = new Promise<void>((resolve) => {
      this.#child.on("message", (message: WorkerReport) => {
        if (message === "idle") resolve();
        else this.#operations = message.operations;
      });
    });
    this.idle = Promise.race([this.ended, idle]);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The number of operations that the process has reported so far. */
  get operations(): number {
    return this.#operations;
  }

  kill(): void {
    this.#mayEnd = true;
    this.#child.kill("SIGKILL");
  }

  async freeze(ms: number): Promise<void> {
    this.#child.kill("SIGSTOP");
    await sleep(ms);
    this.#child.kill("SIGCONT");
  }

  /** Tells the process how to finish, and waits for its end. */
  async end(order: WorkerOrder): Promise<void> {
    this.#mayEnd = true;
    if (this.#child.connected) this.#child.send(order);
    await this.#expect(this.ended, `it was told to ${order} and did not end`);
  }

  /** Lets the process finish what it has begun, and waits until it is idle. */
  async rest(): Promise<void> {
    if (this.#child.connected) this.#child.send("rest" satisfies WorkerOrder);
    await this.#expect(this.idle, "an operation did not end");
  }

  async #expect(event: Promise<void>, otherwise: string): Promise<void> {
    let isLate = false;
    const late = sleep(PATIENCE_MS, undefined, { ref: false }).then(() => {
      isLate = true;
    });
    await Promise.race([event, late]);
    if (!isLate) return;
    this.findings.push(`${this.name}: ${otherwise} in ${PATIENCE_MS / 1_000} s`);
    this.kill();
    await this.ended;
  }
}
