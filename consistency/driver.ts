import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../testing/random.ts";
import { Life } from "./life.ts";
import { nowUs } from "./operations/operation.ts";
import { PlainWriter } from "./targets/plain-writer.ts";
import type { Target } from "./targets/target.ts";

export interface DriveOptions {
  readonly target: Target;
  readonly processes: number;
  /** The number of threads in each process. */
  readonly threads: number;
  /** The run ends after this many seconds or, if it is given, after this many operations. */
  readonly seconds: number;
  readonly operations?: number | undefined;
  /**
   * An older state of the database is put back every `restores` to twice `restores` seconds; never
   * if 0.
   */
  readonly restores: number;
  /** The run does not end before this many states were put back. */
  readonly leastRestores?: number | undefined;
  /** And not before this many processes were started. Their lives are then short. */
  readonly leastStarts?: number | undefined;
  readonly seed: number;
  /** The folder for the logs, one log for each life. */
  readonly folder: string;
  /** A bug for the first process. */
  readonly plant?: string | undefined;
}

export interface Driven {
  /** What processes did that no process should do: end by themselves, or not end at all. */
  readonly findings: readonly string[];
  readonly starts: number;
  readonly kills: number;
  readonly ends: number;
  readonly freezes: number;
  readonly disturbances: number;
  readonly restores: number;
  readonly plainWrites: number;
}

/**
 * Starts the processes, kills and ends some of them at random and starts others in their place, and
 * disturbs the database.
 */
export async function drive(options: DriveOptions): Promise<Driven> {
  return new Driver(options).run();
}

/** A new life must be able to last at least this long. */
const SHORTEST_LIFE_MS = 1_500;
/**
 * Most lives are far shorter, because starting a process costs as much as thousands of operations.
 */
const LONGEST_LIFE_MS = 60_000;
/** The length of a life, if many must be started. */
const LONGEST_SHORT_LIFE_MS = 3_000;
/** Far shorter than anybody waits for a lock that the frozen process may hold. */
const LONGEST_FREEZE_MS = 1_500;
/** How often to check if the run is over. */
const LOOK_MS = 100;

class Driver {
  readonly #options: DriveOptions;
  readonly #random: Random;
  readonly #until: number;
  readonly #lives: Life[] = [];
  #isOver = false;
  #over: Promise<void> = Promise.resolve();
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
      this.#over = this.#watch();
      const places = Array.from({ length: processes }, (_, place) => this.#keep(place));
      const [last] = await Promise.all([Promise.all(places), plain.run(() => this.#isOver), this.#disturb(), this.#restore()]);
      // Nobody writes any more. All processes compare what they have.
      await Promise.all(last.filter((life) => !life.hasEnded).map((life) => life.end("finish")));
    } finally {
      for (const life of this.#lives) if (!life.hasEnded) life.kill();
    }
    return {
      findings: this.#lives.flatMap(({ findings }) => findings),
      starts: this.#lives.length,
      kills: this.#kills,
      ends: this.#ends,
      freezes: this.#freezes,
      disturbances: this.#disturbances,
      restores: target.restores.length,
      plainWrites: plain.writes,
    };
  }

  async #watch(): Promise<void> {
    const { operations = Infinity, leastRestores = 0, leastStarts = 0, target } = this.#options;
    const isDone = (): boolean =>
      target.restores.length >= leastRestores &&
      this.#lives.length >= leastStarts &&
      this.#lives.reduce((sum, life) => sum + life.operations, 0) >= operations;
    while (this.#msLeft() > 0 && !isDone()) await sleep(LOOK_MS);
    this.#isOver = true;
  }

  /**
   * Runs one life after the other in one place. The last life is not ended, so that it can compare.
   */
  async #keep(place: number): Promise<Life> {
    for (let number = 0; ; number++) {
      const life = this.#start(`p${place}.${number}`, place === 0 ? this.#options.plant : undefined);
      const left = this.#msLeft() - SHORTEST_LIFE_MS;
      const isLast = place === 0 || left < SHORTEST_LIFE_MS;
      const lifetime = isLast ? undefined : Math.min(200 + this.#longestLifeMs * this.#random.next() ** 3, left);
      await this.#half(life, lifetime);
      if (!this.#isOver && !isLast) await this.#freeze(life);
      await this.#half(life, lifetime);
      if (this.#isOver || life.hasEnded) {
        await life.rest();
        return life;
      }
      await this.#end(life);
    }
  }

  get #longestLifeMs(): number {
    return (this.#options.leastStarts ?? 0) > 0 ? LONGEST_SHORT_LIFE_MS : LONGEST_LIFE_MS;
  }

  async #half(life: Life, lifetime: number | undefined): Promise<void> {
    if (!this.#isOver) await Promise.race([life.ended, this.#over, ...(lifetime === undefined ? [] : [sleep(lifetime / 2)])]);
  }

  /**
   * Freezes a process in the middle of its life. When it resumes, it must do without the tombstones
   * that were compacted meanwhile.
   */
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

  #start(name: string, plant: string | undefined): Life {
    const { folder, target, threads } = this.#options;
    const life = new Life({ life: name, database: target.url, folder, seed: this.#random.integer(2 ** 31), threads, plant });
    this.#lives.push(life);
    return life;
  }

  async #disturb(): Promise<void> {
    while (!this.#isOver) {
      await this.#pause(1_000 + this.#random.integer(2_000));
      if (this.#isOver) return;
      await this.#options.target.disturb();
      this.#disturbances++;
    }
  }

  /**
   * Undoes much, or so little that others soon reach the same revisions again. Sometimes puts the
   * same state back once more.
   */
  async #restore(): Promise<void> {
    const { restores, target } = this.#options;
    const most = restores * 1_000;
    for (let isKept = false; restores > 0 && !this.#isOver; isKept = this.#random.integer(4) === 0) {
      const undoneMs = 20 + most * this.#random.next() ** 3;
      await this.#pause(most * (1 + this.#random.next()) - undoneMs);
      if (!this.#isOver && !isKept) await target.keepCopy();
      await this.#pause(undoneMs);
      if (!this.#isOver) await target.putBack(this.#random);
    }
  }

  async #pause(ms: number): Promise<void> {
    await Promise.race([this.#over, sleep(ms, undefined, { ref: false })]);
  }

  #msLeft(): number {
    return (this.#until - nowUs()) / 1_000;
  }
}
