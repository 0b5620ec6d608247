import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../bench/random.ts";
import { Life } from "./life.ts";
import { nowUs } from "./operation.ts";
import { PlainWriter } from "./plain-writer.ts";
import type { Target } from "./target.ts";

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
  /** The log of each life of a process, and that of the plain writer. */
  readonly logs: readonly string[];
  /** What processes did that none should: to end by themselves, or not at all. */
  readonly findings: readonly string[];
  readonly starts: number;
  readonly kills: number;
  readonly ends: number;
  readonly freezes: number;
  readonly disturbances: number;
  readonly plainWrites: number;
}

/** Starts the processes, kills and ends some of them at random and starts others in their place, and disturbs the database. */
export async function drive(options: DriveOptions): Promise<Driven> {
  return new Driver(options).run();
}

/** A life is worth starting for so long. */
const SHORTEST_LIFE_MS = 1_500;
/** Most are far shorter: to start a process costs as much as thousands of operations. */
const LONGEST_LIFE_MS = 60_000;
/** Far less than anybody waits for a lock that the frozen one may hold. */
const LONGEST_FREEZE_MS = 1_500;

class Driver {
  readonly #options: DriveOptions;
  readonly #random: Random;
  readonly #until: number;
  readonly #logs: string[] = [];
  readonly #lives: Life[] = [];
  #kills = 0;
  #ends = 0;
  #freezes = 0;
  #disturbances = 0;

  constructor(options: DriveOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#until = nowUs() + options.seconds * 1_000_000;
  }

  async run(): Promise<Driven> {
    const { target, processes, folder } = this.#options;
    const plain = new PlainWriter(target, new Random(this.#random.integer(2 ** 31)), folder);
    try {
      const places = Array.from({ length: processes }, (_, place) => this.#keep(place));
      const [last] = await Promise.all([Promise.all(places), plain.run(this.#until), this.#disturb()]);
      // Nobody writes any more: all compare what they have.
      await Promise.all(last.filter((life) => !life.hasEnded).map((life) => life.end("finish")));
    } finally {
      for (const life of this.#lives) if (!life.hasEnded) life.kill();
    }
    return {
      logs: [...this.#logs, plain.log],
      findings: this.#lives.flatMap(({ findings }) => findings),
      starts: this.#lives.length,
      kills: this.#kills,
      ends: this.#ends,
      freezes: this.#freezes,
      disturbances: this.#disturbances,
      plainWrites: plain.writes,
    };
  }

  /** One life after the other in one place, until the time is up; the last of them is left alone, and lives on. */
  async #keep(place: number): Promise<Life> {
    for (let number = 0; ; number++) {
      const left = this.#msLeft();
      const isLast = place === 0 || left < 2 * SHORTEST_LIFE_MS;
      const life = this.#start(`p${place}.${number}`, Math.max(500, left), place === 0 ? this.#options.plant : undefined);
      if (isLast) {
        await life.untilIdle(left);
        return life;
      }
      const lifetime = Math.min(200 + LONGEST_LIFE_MS * this.#random.next() ** 3, left - SHORTEST_LIFE_MS);
      await Promise.race([life.ended, sleep(lifetime / 2)]);
      await this.#freeze(life);
      await Promise.race([life.ended, sleep(lifetime / 2)]);
      await this.#end(life);
    }
  }

  /** In the middle of a life: what has been compacted meanwhile, it must do without when it goes on. */
  async #freeze(life: Life): Promise<void> {
    if (life.hasEnded || this.#random.integer(2) === 0) return;
    this.#freezes++;
    await life.freeze(this.#random.integer(LONGEST_FREEZE_MS));
  }

  async #end(life: Life): Promise<void> {
    if (life.hasEnded) return;
    if (this.#random.integer(2) === 0) {
      this.#kills++;
      life.kill();
      await life.ended;
    } else {
      this.#ends++;
      await life.end("end");
    }
  }

  #start(name: string, ms: number, plant: string | undefined): Life {
    const log = join(this.#options.folder, `${name}.log`);
    this.#logs.push(log);
    const seed = this.#random.integer(2 ** 31);
    const life = new Life({ life: name, database: this.#options.target.url, log, seed, seconds: ms / 1_000, plant });
    this.#lives.push(life);
    return life;
  }

  async #disturb(): Promise<void> {
    while (this.#msLeft() > 3_000) {
      await sleep(1_000 + this.#random.integer(2_000));
      await this.#options.target.disturb();
      this.#disturbances++;
    }
  }

  #msLeft(): number {
    return (this.#until - nowUs()) / 1_000;
  }
}
