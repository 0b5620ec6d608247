import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { WorkerOrder, WorkerTask } from "./worker.ts";

/** Nothing that a process does takes so long. */
const PATIENCE_MS = 60_000;

/** One process from its start to its end, and whatever was wrong with that. */
export class Life {
  readonly name: string;
  readonly ended: Promise<void>;
  /** It has done all that it was to do, or has ended. */
  readonly idle: Promise<void>;
  /** What it did that no process should. */
  readonly findings: string[] = [];
  readonly #child: ChildProcess;
  #hasEnded = false;
  /** It was told to end, or killed. */
  #mayEnd = false;

  constructor(task: WorkerTask) {
    this.name = task.life;
    const program = join(import.meta.dirname, "worker.ts");
    this.#child = fork(program, [JSON.stringify(task)], { stdio: ["ignore", "inherit", "pipe", "ipc"] });
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
    this.idle = Promise.race([this.ended, new Promise<void>((resolve) => void this.#child.once("message", () => resolve()))]);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
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

  /** Waits until it is idle, which is expected after `ms`. */
  async untilIdle(ms: number): Promise<void> {
    await this.#expect(this.idle, "an operation did not come to an end", ms);
  }

  async #expect(event: Promise<void>, otherwise: string, ms = 0): Promise<void> {
    let isLate = false;
    const late = sleep(ms + PATIENCE_MS, undefined, { ref: false }).then(() => {
      isLate = true;
    });
    await Promise.race([event, late]);
    if (!isLate) return;
    this.findings.push(`${this.name}: ${otherwise} in ${PATIENCE_MS / 1_000} s`);
    this.kill();
    await this.ended;
  }
}
