import { type ChildProcess, fork } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { WorkerOrder, WorkerReport, WorkerTask } from "./worker.ts";

/** A net: nothing that a process does takes so long, not even on a machine that ten others use. */
const PATIENCE_MS = 240_000;

/** Otherwise each process and each thread strips and compiles every source anew, which takes longer than most of them live. */
const ENVIRONMENT = { NODE_COMPILE_CACHE: join(tmpdir(), "metacache-compile-cache"), ...process.env };

/** One process from its start to its end, and whatever was wrong with that. */
export class Life {
  readonly name: string;
  readonly ended: Promise<void>;
  /** It has done all that it was to do, or has ended. */
  readonly idle: Promise<void>;
  /** What it did that no process should. */
  readonly findings: string[] = [];
  readonly #child: ChildProcess;
  #operations = 0;
  #hasEnded = false;
  /** It was told to end, or killed. */
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
          this.findings.push(`${this.name}: ended by itself, with ${code ?? signal}: ${printed}`);
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

  /** How many it has made, as far as it has said. */
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

  /** Tells it what to do at the last, and waits for its end. */
  async end(order: WorkerOrder): Promise<void> {
    this.#mayEnd = true;
    if (this.#child.connected) this.#child.send(order);
    await this.#expect(this.ended, `it was told to ${order}, and did not end`);
  }

  /** Lets it end what it has begun, and waits until it is idle. */
  async rest(): Promise<void> {
    if (this.#child.connected) this.#child.send("rest" satisfies WorkerOrder);
    await this.#expect(this.idle, "an operation did not come to an end");
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
