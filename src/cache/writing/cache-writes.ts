import { type Clock, type Moment, currentMoment } from "../../base/clock.ts";
import { DatabaseUnavailableError, MetacacheError, messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/logger.ts";
import { Slices } from "../../base/slices.ts";
import type { CopyReceipt, ProjectStore, StorePosition, WriteReceipt } from "../../database/metadata-database.ts";
import type { FileToCopy } from "../../database/extraction-store.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import { parseFileMetadata } from "../../record/parsing/parse-file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { WriteReport } from "../../calls/cache-calls.ts";
import type { CacheState } from "../../state/cache-state.ts";
import { type DatabaseSynchronizer, MAX_INCREMENTAL_CHANGES } from "../../sync/database-synchronizer.ts";
import type { Debt, Standpoint } from "../../sync/sync-sink.ts";
import type { CacheLifetime } from "../cache-lifetime.ts";
import type { RecordLoads } from "../reading/record-loads.ts";

/**
 * A call reads this many records before it returns. It reads the others in later turns of the event
 * loop, for a few milliseconds in each turn.
 */
const RECORDS_READ_AT_ONCE = 1_000;

/**
 * Writes to the database first, then to the cache.
 *
 * After the commit, no failure makes the write fail (`docs/decisions/0013-after-the-commit.md`). If
 * others wrote before this write and the database cannot be read now, the cache cannot show the
 * write yet. Then the report says `behind`, and the cache owes the write: every later read reads
 * the database first, or fails (law 3). A sync that began after the commit settles the debt.
 *
 * Calls take effect in the order in which they were made. No later call overtakes a large call,
 * although its records are read in several turns.
 */
export class CacheWrites {
  readonly #store: ProjectStore;
  readonly #state: CacheState;
  readonly #loads: RecordLoads;
  readonly #synchronizer: DatabaseSynchronizer;
  readonly #lifetime: CacheLifetime;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** Resolves when the last call that is still reading its records has passed them to the store. */
  #handingOver: Promise<void> | undefined;

  constructor(
    store: ProjectStore,
    state: CacheState,
    loads: RecordLoads,
    synchronizer: DatabaseSynchronizer,
    lifetime: CacheLifetime,
    clock: Clock,
    logger: Logger,
  ) {
    this.#store = store;
    this.#state = state;
    this.#loads = loads;
    this.#synchronizer = synchronizer;
    this.#lifetime = lifetime;
    this.#clock = clock;
    this.#logger = logger;
  }

  /**
   * True if the cache does not show a committed write yet. Then call `catchUp` before any answer.
   */
  get isBehind(): boolean {
    return this.#state.debt !== undefined;
  }

  async put(records: readonly unknown[]): Promise<WriteReport> {
    const parsed = records.length <= RECORDS_READ_AT_ONCE ? records.map(parseFileMetadata) : this.#parse(records);
    return this.#write(parsed, []);
  }

  remove(paths: readonly ProjectPath[]): Promise<WriteReport> {
    return this.#write([], paths);
  }

  /** Lets the database copy records of other files, and then reads the copies, as a sync does. */
  async copy(files: readonly FileToCopy[]): Promise<CopyReceipt> {
    const commit = (): Promise<Committed<CopyReceipt>> => this.#commit(() => this.#store.copy(files));
    const committed = await (this.#handingOver === undefined ? commit() : this.#commitInOrder(Promise.resolve(), commit));
    const { receipt } = committed;
    const paths = receipt.copied.flatMap(({ path, isChanged }) => (isChanged ? [path] : []));
    // A row that was there already may be another process's, which this cache has not read yet.
    const hasAll = (): boolean => paths.length === 0 && this.#apply({ ...committed, receipt: { ...receipt, changes: [] } });
    await this.#show(receipt.position, paths, hasAll);
    return receipt;
  }

  /** Reads what the cache owes. Throws if the database cannot be read. */
  async catchUp(): Promise<void> {
    const { debt } = this.#state;
    if (debt === undefined) return;
    try {
      await this.#synchronizer.synchronize();
    } catch (error) {
      throw debtError(debt, error);
    }
  }

  /** For synchronous calls, which cannot wait for `catchUp`: throws if the cache owes a write. */
  assertCaughtUp(): void {
    const { debt } = this.#state;
    if (debt !== undefined) throw debtError(debt, debt.cause);
  }

  async #parse(records: readonly unknown[]): Promise<FileMetadata[]> {
    const parsed: FileMetadata[] = [];
    const slices = new Slices(this.#clock);
    for (const record of records) {
      parsed.push(parseFileMetadata(record));
      if (parsed.length < RECORDS_READ_AT_ONCE || !slices.isOver) continue;
      await slices.pause();
      this.#lifetime.assertOpen();
    }
    return parsed;
  }

  async #write(put: readonly FileMetadata[] | Promise<readonly FileMetadata[]>, remove: readonly ProjectPath[]): Promise<WriteReport> {
    const commit = (records: readonly FileMetadata[]): Promise<Committed<WriteReceipt>> =>
      this.#commit(() => this.#store.write(records, remove));
    const handedOver =
      this.#handingOver === undefined && !(put instanceof Promise) ? commit(put) : this.#commitInOrder(Promise.resolve(put), commit);
    const committed = await handedOver;
    const { position, changes } = committed.receipt;
    const paths = changes.map(({ path }) => path);
    const isBehind = !(await this.#show(position, paths, () => this.#apply(committed)));
    return Object.freeze({
      revision: isBehind ? position.revision : this.#state.revision,
      changed: changes.length,
      behind: isBehind,
    });
  }

  async #commit<R>(write: () => Promise<R>): Promise<Committed<R>> {
    const begunAt = currentMoment(this.#clock);
    const { question } = this.#state.ask();
    return { receipt: await write(), begunAt, question };
  }

  async #commitInOrder<T, R>(reading: Promise<T>, commit: (value: T) => Promise<Committed<R>>): Promise<Committed<R>> {
    // `reading` may fail while the call still waits for its turn.
    reading.catch(() => undefined);
    const before = this.#handingOver;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#handingOver = promise;
    let committed: Promise<Committed<R>>;
    try {
      await before;
      const value = await reading;
      this.#lifetime.assertOpen();
      committed = commit(value);
    } finally {
      // The next call may go to the store now. It need not wait for the commit.
      if (this.#handingOver === promise) this.#handingOver = undefined;
      resolve();
    }
    return committed;
  }

  /**
   * Makes a committed write of these paths visible in this cache. Returns false if that must wait.
   * Never throws, because the write is committed.
   */
  async #show({ revision }: StorePosition, paths: readonly ProjectPath[], apply: () => boolean): Promise<boolean> {
    try {
      this.#loads.disown(paths);
      if (!apply()) await this.#synchronizer.synchronize();
      return true;
    } catch (error) {
      this.#state.owe(revision, error);
      this.#state.dropResidents(paths);
      this.#logger.warn(
        `the write at revision ${revision} is committed, but this cache shows it only once it can read the database: ${messageOf(error)}`,
      );
      return false;
    }
  }

  /**
   * Applies the write directly, unless changes before the write are missing, or the write is so
   * large that it would block the event loop.
   */
  #apply({ receipt: { before, position, changes }, begunAt, question }: Committed<WriteReceipt>): boolean {
    if (changes.length > MAX_INCREMENTAL_CHANGES) return false;
    if (this.#state.apply({ from: before, position, changes, question, isWrite: true }, "always") === undefined) return false;
    this.#state.confirm(begunAt, { question });
    return true;
  }
}

interface Committed<R> {
  readonly receipt: R;
  readonly begunAt: Moment;
  readonly question: Standpoint["question"];
}

function debtError({ revision }: Debt, cause: unknown): unknown {
  if (cause instanceof MetacacheError && !(cause instanceof DatabaseUnavailableError)) return cause;
  return new DatabaseUnavailableError(
    cause instanceof DatabaseUnavailableError ? cause.fault : "io",
    `this cache does not yet show what was committed at revision ${revision}, because the database could not be read: ${messageOf(cause)}`,
    { remedy: "once the database can be read, await query, getMetadata or syncWithDatabase: they read it first", cause },
  );
}
