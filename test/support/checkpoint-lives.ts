import { join } from "node:path";
import type { Clock } from "../../src/base/clock.ts";
import type { MetadataDatabase, ProjectStore } from "../../src/database/metadata-database.ts";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import { MemoryDatabase } from "./memory-database.ts";
import { temporaryDirectory } from "./temporary-database.ts";
import { WITHOUT_TIMERS } from "./without-timers.ts";

/**
 * Settles when the one that waits there may go on; never, as long as the test runs, for a process
 * that is dead.
 */
export type Turn = (step: string) => Promise<void>;

/** A new database, and the ways into it. */
export interface CheckpointLives {
  /**
   * The store as one process opens it: its steps wait for their turns, and between any two of them
   * it may die.
   */
  open(turn: Turn): Promise<ProjectStore>;
  /** The store of other programs. What they do is done before anything else goes on. */
  others<T>(task: (store: ProjectStore) => Promise<T>): Promise<T>;
  /**
   * Makes a backup; the function that it returns puts it back in place. `undefined` if that is not
   * tried.
   */
  readonly backUp: (() => () => void) | undefined;
  close(): Promise<void>;
}

/** A clock on which each pause is a turn, and `us` go by with each look at it. */
export function clockOfTurns(turn: Turn, us: number): Clock {
  let now = 0;
  return { ...WITHOUT_TIMERS, microseconds: () => (now += us), sleep: () => turn("sleep"), yield: () => turn("yield") };
}

export async function memoryLives(): Promise<CheckpointLives> {
  const database = new MemoryDatabase();
  const store = await database.openProject("p");
  return {
    open: async (turn) => {
      database.gate = turn;
      return store;
    },
    others: async (task) => {
      const { gate } = database;
      database.gate = () => Promise.resolve();
      const result = await task(store);
      database.gate = gate;
      return result;
    },
    backUp: () => store.snapshot(),
    close: () => database.close(),
  };
}

/**
 * Each process has connections of its own, and takes turns between the transactions of a
 * checkpoint.
 */
export async function sqliteLives(): Promise<CheckpointLives> {
  const file = join(temporaryDirectory(), "metadata.db");
  const opened: MetadataDatabase[] = [];
  const openWith = async (clock: Clock): Promise<ProjectStore> => {
    const database = await openSqliteDatabase({ file, clock });
    opened.push(database);
    return database.openProject("p");
  };
  const other = await openWith(WITHOUT_TIMERS);
  return {
    // On a clock that stands still, no transaction is so long that others run in its midst: a
    // process that dies there leaves it locked, as no process does.
    open: (turn) => openWith(clockOfTurns(turn, 0)),
    others: (task) => task(other),
    backUp: undefined,
    close: async () => {
      for (const database of opened) await database.close();
    },
  };
}
