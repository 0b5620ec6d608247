import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../bench/random.ts";
import { PATHS, PROJECTS } from "./contended-records.ts";
import { nowUs } from "./operation.ts";
import type { Target } from "./target.ts";
import type { WorkerTask } from "./worker.ts";

export interface DriveOptions {
  readonly target: Target;
  readonly processes: number;
  readonly seconds: number;
  readonly seed: number;
  /** For logs, one a life. */
  readonly folder: string;
  /** A bug for the first process of all. */
  readonly plant?: string | undefined;
}

export interface Driven {
  /** The log of each life of a process. */
  readonly logs: readonly string[];
  readonly kills: number;
  readonly ends: number;
  readonly disturbances: number;
  readonly plainWrites: number;
}

/** Starts the processes, kills and ends some of them at random and starts others in their place, and disturbs the database. */
export async function drive(options: DriveOptions): Promise<Driven> {
  return new Driver(options).run();
}

class Driver {
  readonly #options: DriveOptions;
  readonly #random: Random;
  readonly #until: number;
  readonly #logs: string[] = [];
  readonly #finishing: (() => void)[] = [];
  #kills = 0;
  #ends = 0;
  #disturbances = 0;
  #plainWrites = 0;
  #unfinished: number;

  constructor(options: DriveOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#until = nowUs() + options.seconds * 1_000_000;
    this.#unfinished = options.processes;
  }

  async run(): Promise<Driven> {
    const places = Array.from({ length: this.#options.processes }, (_, place) => this.#keep(place));
    await Promise.all([...places, this.#writePlainly(), this.#disturb()]);
    return {
      logs: this.#logs,
      kills: this.#kills,
      ends: this.#ends,
      disturbances: this.#disturbances,
      plainWrites: this.#plainWrites,
    };
  }

  /** One life after the other in one place, until the time is up. */
  async #keep(place: number): Promise<void> {
    for (let life = 0; ; life++) {
      const left = (this.#until - nowUs()) / 1_000_000;
      // The last life of a place is left alone, so that there is one to compare at the end.
      const isLast = place === 0 || left < 2 || this.#random.integer(4) === 0;
      const child = this.#start(`p${place}.${life}`, Math.max(0.5, left), place === 0 ? this.#options.plant : undefined);
      const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
      if (!isLast) {
        await Promise.race([ended, sleep(200 + this.#random.integer(Math.min(4_000, left * 500)))]);
        if (this.#random.integer(2) === 0) {
          this.#kills++;
          child.kill("SIGKILL");
        } else {
          this.#ends++;
          if (child.connected) child.send("end");
        }
        await ended;
        continue;
      }
      child.on("message", () => this.#finishWith(child));
      const code = await ended;
      if (code !== 0) throw new Error(`the process p${place}.${life} ended with ${code}: see what it has printed`);
      return;
    }
  }

  /** When every place has written its last, all compare what they have. */
  #finishWith(child: ChildProcess): void {
    this.#finishing.push(() => child.send("finish"));
    if (--this.#unfinished === 0) for (const finish of this.#finishing) finish();
  }

  #start(life: string, seconds: number, plant: string | undefined): ChildProcess {
    const log = join(this.#options.folder, `${life}.log`);
    this.#logs.push(log);
    const task: WorkerTask = { life, database: this.#options.target.url, log, seed: this.#random.integer(2 ** 31), seconds, plant };
    return fork(join(import.meta.dirname, "worker.ts"), [JSON.stringify(task)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  }

  async #writePlainly(): Promise<void> {
    while (nowUs() < this.#until - 500_000) {
      await sleep(5 + this.#random.integer(40));
      const digest = this.#random.integer(4) === 0 ? undefined : `plain.${++this.#plainWrites}`;
      await this.#options.target.writePlainly(this.#random.pick(PROJECTS), this.#random.pick(PATHS), digest);
    }
  }

  async #disturb(): Promise<void> {
    if (!this.#options.target.isDisturbed) return;
    while (nowUs() < this.#until - 3_000_000) {
      await sleep(1_000 + this.#random.integer(2_000));
      await this.#options.target.disturb();
      this.#disturbances++;
    }
  }
}
