import type { Scheduler } from "fast-check";
import { expect } from "vitest";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { type CheckpointLives, clockOfTurns, type Turn } from "./checkpoint-lives.ts";
import { OFTEN } from "./checkpoint-places.ts";
import { naiveQuery } from "./naive-query.ts";
import { settled, TINY } from "./opened-cache.ts";
import { recordOf, type SmallQuery } from "./small-records.ts";
import { WITHOUT_TIMERS } from "./without-timers.ts";

/**
 * What happens to a project, one step after the other, while merges and checkpoints go on at the
 * scheduler's pace.
 */
export type CheckpointStep =
  | { readonly kind: "update" | "foreign write"; readonly records: readonly FileMetadata[] }
  | { readonly kind: "remove" | "foreign removal"; readonly path: string }
  | { readonly kind: "turns" | "die" | "die opening"; readonly turns: number }
  | { readonly kind: "sync" | "clear" | "compact" | "load" | "reopen" | "other opens" | "restore" };

export interface CheckpointScenario {
  readonly initial: readonly FileMetadata[];
  /** Each with the question that is asked after it. */
  readonly steps: readonly (readonly [CheckpointStep, SmallQuery])[];
}

/** How caches were opened: if none ever was from a checkpoint, nothing is proved. */
export interface Openings {
  fromCheckpoint: number;
  fromRows: number;
}

type Records = ReadonlyMap<string, FileMetadata>;

interface Life {
  isOver: boolean;
}

/** So often that nearly every step is followed by a merge and a checkpoint. */
const UPKEEP = { ...OFTEN, maxRecent: 2 };

/** What has not come to its end after so many turns does not end. */
const MOST_TURNS = 5_000;

/**
 * A project, the cache of one process, which ends or dies and is followed by another one, and other
 * programs. What the project has at each revision is in plain maps, in which no part of the cache
 * has a hand.
 */
export class CheckpointedCache {
  readonly #scheduler: Scheduler;
  readonly #lives: CheckpointLives;
  readonly #openings: Openings;
  /** By revision. The same one is reached more than once if a backup is put back. */
  readonly #states = new Map<number, Records[]>();
  /** What the dead wait for. At the end of the test they go on, so that nothing is left behind. */
  readonly #graves: (() => void)[] = [];
  #isOver = false;
  #turns = 0;
  #restore: (() => void) | undefined;
  #atBackup: readonly [revision: number, records: Records] = [0, new Map()];
  #present: Records = new Map();
  /** Whether the cache must know of all that was written. */
  #mustBeCurrent = true;
  #life: Life = { isOver: false };
  #opened: MetadataCache | undefined;

  static async run(
    scheduler: Scheduler,
    lives: CheckpointLives,
    { initial, steps }: CheckpointScenario,
    openings: Openings,
  ): Promise<void> {
    const model = new CheckpointedCache(scheduler, lives, openings);
    try {
      await model.#begin(initial);
      for (const [step, query] of steps) {
        await model.#perform(step);
        await model.#expectRight(query);
      }
      await model.#finish();
    } finally {
      model.#isOver = true;
      for (const goOn of model.#graves) goOn();
      await settled();
      await lives.close();
    }
  }

  private constructor(scheduler: Scheduler, lives: CheckpointLives, openings: Openings) {
    this.#scheduler = scheduler;
    this.#lives = lives;
    this.#openings = openings;
  }

  get #cache(): MetadataCache {
    if (this.#opened === undefined) throw new TypeError("no cache was opened");
    return this.#opened;
  }

  async #begin(initial: readonly FileMetadata[]): Promise<void> {
    await this.#writeAsOthers(initial, []);
    this.#restore = this.#lives.backUp?.();
    this.#atBackup = [(await this.#lives.others((store) => store.position())).revision, this.#present];
    await this.#open();
  }

  async #perform(step: CheckpointStep): Promise<void> {
    switch (step.kind) {
      case "update":
        return this.#noteOwn(await this.#until(this.#cache.update(step.records)), step.records, []);
      case "remove":
        return this.#noteOwn(await this.#until(this.#cache.remove(step.path)), [], [step.path]);
      case "foreign write":
        return this.#writeAsOthers(step.records, []);
      case "foreign removal":
        return this.#writeAsOthers([], [step.path as ProjectPath]);
      case "turns":
        return this.#goOn(step.turns);
      case "die":
        return this.#die(step.turns).then(() => this.#open());
      case "die opening":
        return this.#dieOpening(step.turns);
      case "sync":
        return this.#sync();
      case "clear":
        return this.#cache.clear();
      case "compact":
        return this.#lives.others(async (store) => void (await store.compact((await store.position()).revision)));
      case "load":
        return this.#loadEverything();
      case "reopen":
        return this.#until(this.#cache.shutdown()).then(() => this.#open());
      case "other opens":
        return this.#openAsOther();
      case "restore":
        return this.#putBack();
    }
  }

  async #open(): Promise<void> {
    const life = (this.#life = { isOver: false });
    this.#opened = await this.#until(this.#openFor(life));
    this.#mustBeCurrent = true;
  }

  async #openFor(life: Life): Promise<MetadataCache> {
    const turn = this.#turnOf(life);
    return this.#openCounted(await this.#lives.open(turn), clockOfTurns(turn, 10_000));
  }

  async #openCounted(store: ProjectStore, clock: typeof WITHOUT_TIMERS): Promise<MetadataCache> {
    let scans = 0;
    const scan = store.scan.bind(store);
    store.scan = (...given) => {
      scans++;
      return scan(...given);
    };
    const cache = await MetadataCache.open(store, TINY, { clock, upkeep: UPKEEP });
    store.scan = scan;
    if (scans === 0) this.#openings.fromCheckpoint++;
    else this.#openings.fromRows++;
    return cache;
  }

  #turnOf(life: Life): Turn {
    return async (step) => {
      if (++this.#turns > MOST_TURNS) throw new TypeError("a call does not end");
      if (!life.isOver && !this.#isOver) await this.#scheduler.schedule(Promise.resolve(), step);
      if (life.isOver && !this.#isOver) await new Promise<void>((goOn) => this.#graves.push(goOn));
    };
  }

  /** What waits for its turn goes on until `task` is done. */
  #until<T>(task: Promise<T>): Promise<T> {
    return this.#scheduler.waitFor(task);
  }

  /** What goes on beside everything takes some turns. */
  async #goOn(turns: number): Promise<void> {
    for (let turn = 0; turn < turns && this.#scheduler.count() > 0; turn++) await this.#scheduler.waitNext(1);
    await settled();
  }

  async #die(turns: number): Promise<void> {
    await this.#goOn(turns);
    this.#life.isOver = true;
  }

  async #dieOpening(turns: number): Promise<void> {
    await this.#die(0);
    this.#life = { isOver: false };
    const opening = this.#openFor(this.#life).catch(() => undefined);
    await settled();
    await this.#die(turns);
    void opening;
    await this.#open();
  }

  async #sync(): Promise<void> {
    await this.#until(this.#cache.syncWithDatabase());
    this.#mustBeCurrent = true;
  }

  /** The feed cannot tell what has changed, and there is no checkpoint: all rows are read. */
  async #loadEverything(): Promise<void> {
    const { revision } = await this.#lives.others((store) => store.position());
    await this.#writeAsOthers([recordOf({ path: "compacted.ts", size: revision })], []);
    await this.#lives.others(async (store) => {
      await store.checkpoints.remove();
      await store.compact(revision + 1);
    });
    const report = await this.#until(this.#cache.syncWithDatabase());
    expect(report.kind).toBe("full");
    this.#mustBeCurrent = true;
  }

  /** Another process comes, looks, leaves a checkpoint and goes. */
  async #openAsOther(): Promise<void> {
    await this.#lives.others(async (store) => {
      const cache = await this.#openCounted(store, WITHOUT_TIMERS);
      expect(cache.paths({})).toEqual([...this.#present.keys()].sort());
      expect(await cache.verifyAgainstDatabase()).toEqual([]);
      await cache.shutdown();
    });
  }

  #putBack(): void {
    if (this.#restore === undefined) return;
    this.#restore();
    const [revision, records] = this.#atBackup;
    this.#present = records;
    this.#note(revision);
    this.#mustBeCurrent = false;
  }

  async #writeAsOthers(records: readonly FileMetadata[], removed: readonly ProjectPath[]): Promise<void> {
    const unique = [...new Map(records.map((record) => [record.path, record])).values()];
    const { position } = await this.#lives.others((store) => store.write(unique, removed));
    this.#change(records, removed);
    this.#note(position.revision);
    this.#mustBeCurrent = false;
  }

  /** A cache that has written knows all that was written before. */
  #noteOwn({ revision }: { readonly revision: number }, records: readonly FileMetadata[], removed: readonly string[]): void {
    this.#change(records, removed);
    this.#note(revision);
    this.#mustBeCurrent = true;
  }

  #change(records: readonly FileMetadata[], removed: readonly string[]): void {
    const changed = new Map(this.#present);
    for (const record of records) changed.set(record.path, record);
    for (const path of removed) changed.delete(path);
    this.#present = changed;
  }

  #note(revision: number): void {
    this.#states.set(revision, [...(this.#states.get(revision) ?? []), this.#present]);
  }

  /** What the project had at the revision of an answer. */
  #possible(revision: number): readonly Records[] {
    return this.#mustBeCurrent ? [this.#present] : (this.#states.get(revision) ?? []);
  }

  async #expectRight(query: SmallQuery): Promise<void> {
    const cache = this.#cache;
    expect(cache.verify()).toEqual([]);
    const states = this.#possible(cache.revision);
    expect(states.map((records) => [...records.keys()].sort())).toContainEqual(cache.paths({}));
    const { items, total, revision } = await this.#until(cache.query(query));
    const answers = this.#possible(revision).map((records) => {
      const all = naiveQuery(records.values(), query);
      return { items: all.slice(0, query.limit), total: all.length };
    });
    expect(answers).toContainEqual({ items, total });
  }

  async #finish(): Promise<void> {
    await this.#sync();
    await this.#expectRight({});
    expect(await this.#until(this.#cache.verifyAgainstDatabase())).toEqual([]);
    await this.#until(this.#cache.shutdown());
    await this.#scheduler.waitIdle();
    await this.#openAsOther();
  }
}
