import type { Clock } from "../../../base/clock.ts";
import { DatabaseUnavailableError, MetacacheError, messageOf } from "../../../base/errors.ts";
import type { Logger } from "../../../base/logger.ts";
import { closedInUseText, closedText, OPEN_AGAIN } from "../../shared/fault-texts.ts";
import { assertCanBeDatabase, identifyFile } from "./file-identity.ts";
import { identifyLog, type LogIdentity, removeFormerLog } from "./former-log.ts";
import { type LockWaitOptions, whenUnlocked } from "./lock-wait.ts";
import { MIGRATIONS } from "../migrations/migrations.ts";
import { prepareSchema } from "../prepare-schema.ts";
import { SerialQueue } from "../../shared/serial-queue.ts";
import { ReadPermits } from "./read-permits.ts";
import { Snapshot } from "./snapshot.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { toMetacacheError } from "./sqlite-faults.ts";
import { canBeReadAsImmutable, changedMeanwhileError, identifyContent, immutableUrl } from "./unwritable-file.ts";

export interface SqliteFileOptions {
  readonly file: string;
  readonly readOnly: boolean;
  readonly busyTimeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The connections to one file on disk, until another file replaces it. */
interface OpenFile {
  /** Which file it was when it was opened. */
  readonly identity: string | undefined;
  /** Which log it had when it was opened. */
  readonly log: LogIdentity;
  readonly writer: SqliteConnection;
  readonly idleReaders: SqliteConnection[];
  readonly snapshots: Set<Snapshot>;
  /** Never in a transaction, because there it would not see the commits of others. */
  observer: SqliteConnection | undefined;
}

/** One connection for reads that follow each other, one for a scan at the same time. */
const MAX_IDLE_READERS = 2;
/**
 * How long a snapshot is needed: for a moment, for a few turns of the event loop, or for as long as
 * its caller wants.
 */
export type ReadDuration = "moment" | "turns" | "held";

/**
 * How many snapshots of each kind may be open at a time. The kinds do not share their permits. More
 * would not be faster, because a read occupies the thread. A snapshot of the kind "held" may wait
 * for the other kinds, so they never wait for it.
 */
const MAX_READS: Readonly<Record<ReadDuration, number>> = { moment: 4, turns: 2, held: 4 };

/**
 * One database file: a few snapshots at a time for reading, one transaction at a time for writing.
 * Further reads wait in order, and short reads do not wait for long ones.
 *
 * - Writers of this process take turns in the order of their calls. With writers of other processes
 *   they compete for SQLite's lock, and wait for it on the event loop. A transaction ends in the
 *   turn in which it begins. If it is too long for that, the event loop runs between its parts.
 * - If the file is replaced (somebody restores a backup, or creates the folder again), this notices
 *   it and opens the new file. SQLite alone would go on with the old file, which nobody else sees.
 *   If the file is removed, it throws the fault "missing".
 * - All errors are errors of metacache. After `close`, every call throws `E_CLOSED`.
 */
export class SqliteFile {
  readonly file: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly #options: SqliteFileOptions;
  readonly #wait: LockWaitOptions;
  readonly #writes: SerialQueue;
  readonly #turns = new Set<Promise<void>>();
  readonly #permits: Readonly<Record<ReadDuration, ReadPermits>>;
  #open: OpenFile | undefined;
  #opening: Promise<OpenFile> | undefined;
  #wasOpen = false;
  /** How many observers there were so far. */
  #observers = 0;
  #closed = false;
  /**
   * True if the file is open as a file that nobody changes, because this user cannot write beside
   * it.
   */
  #isImmutable = false;

  private constructor(options: SqliteFileOptions) {
    this.file = options.file;
    this.clock = options.clock;
    this.logger = options.logger;
    this.#options = options;
    this.#wait = { ...options, assertOpen: () => this.assertOpen() };
    this.#writes = new SerialQueue(options.clock);
    const permits = (duration: ReadDuration): ReadPermits => new ReadPermits(MAX_READS[duration], options.clock);
    this.#permits = { moment: permits("moment"), turns: permits("turns"), held: permits("held") };
  }

  static async open(options: SqliteFileOptions): Promise<SqliteFile> {
    const file = new SqliteFile(options);
    await file.#attempt(async () => file.#current());
    return file;
  }

  /** Runs `task` on one snapshot. `task` must be synchronous, and may run again from its start. */
  async read<T>(task: (connection: SqliteConnection) => T): Promise<T> {
    const { snapshot, first } = await this.openSnapshot(task);
    snapshot.close();
    return first;
  }

  /**
   * Opens a snapshot that stays until it is closed. `first` must read something, because SQLite
   * takes the snapshot at the first read.
   */
  async openSnapshot<T>(
    first: (connection: SqliteConnection) => T,
    duration: ReadDuration = "moment",
  ): Promise<{ readonly snapshot: Snapshot; readonly first: T }> {
    return this.#attempt(async () => {
      const release = await this.#permits[duration].take();
      try {
        return await this.#openSnapshot(first, release);
      } catch (error) {
        release();
        throw error;
      }
    });
  }

  async #openSnapshot<T>(first: (connection: SqliteConnection) => T, release: () => void): Promise<{ snapshot: Snapshot; first: T }> {
    this.assertOpen();
    const open = await this.#current();
    const connection = open.idleReaders.pop() ?? this.#connect();
    try {
      const result = await whenUnlocked(() => beginReading(connection, first), this.#wait);
      this.assertWhole();
      const snapshot = new Snapshot(this, connection, (reusable) => {
        open.snapshots.delete(snapshot);
        if (reusable && open === this.#open && open.idleReaders.length < MAX_IDLE_READERS) open.idleReaders.push(connection);
        else connection.close();
        release();
      });
      open.snapshots.add(snapshot);
      return { snapshot, first: result };
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /**
   * Runs `task`, which must be synchronous, in a transaction of its own, and commits it. If it
   * throws, nothing is changed.
   */
  write<T>(task: (connection: SqliteConnection) => T): Promise<T> {
    return this.#write((writer) => inTransaction(writer, task));
  }

  /**
   * Does the same for a task of many steps. The event loop runs between steps that take long
   * together. Meanwhile no other write of this process runs. Commits everything at the end, or
   * nothing. Also commits nothing if the file is closed or replaced meanwhile.
   */
  writeInSteps<T>(task: (connection: SqliteConnection) => Generator<void, T, undefined>): Promise<T> {
    return this.#write((writer) => inTransactionOfSteps(writer, task, this.clock, () => this.assertOpen()));
  }

  /**
   * Runs `task` in one transaction after the other, as long as `goesOn` returns true for the last
   * result. Other writers of this and other processes can write in between. If a later transaction
   * fails, the earlier ones stay committed.
   */
  async writeInTurns<T>(task: (connection: SqliteConnection) => T, goesOn: (result: T) => boolean): Promise<void> {
    const turns = this.#writeTurns(task, goesOn);
    this.#turns.add(turns);
    try {
      await turns;
    } finally {
      this.#turns.delete(turns);
    }
  }

  async #writeTurns<T>(task: (connection: SqliteConnection) => T, goesOn: (result: T) => boolean): Promise<void> {
    while (goesOn(await this.write(task))) await this.clock.sleep(BETWEEN_TURNS_MS);
  }

  #write<T>(transaction: (writer: SqliteConnection) => T | Promise<T>): Promise<T> {
    return this.#writes.run(() =>
      this.#attempt(async () => {
        const { writer } = await this.#current();
        return whenUnlocked(() => transaction(writer), this.#wait);
      }),
    );
  }

  /**
   * Returns another text after each commit of any program, and after the file was replaced. It
   * sometimes changes without a reason. Returns `undefined` if it cannot tell, for example if the
   * file is gone. Synchronous, because it is called often. Throws `E_CLOSED`.
   */
  changeMark(): string | undefined {
    this.assertOpen();
    const open = this.#open;
    if (open === undefined) return undefined;
    try {
      const identity = this.#identify();
      if (open.identity !== identity) return undefined;
      open.observer ??= this.#observe();
      return `${identity} ${this.#observers} ${String(open.observer.get("PRAGMA data_version")?.[0])}`;
    } catch {
      // The next read throws the reason.
      open.observer?.close();
      open.observer = undefined;
      return undefined;
    }
  }

  /**
   * SQLite counts `data_version` separately for each connection, so the values of two connections
   * are not comparable.
   */
  #observe(): SqliteConnection {
    this.#observers++;
    return this.#connect();
  }

  /**
   * May be called more than once. Resolves when nothing runs any more and every connection is
   * closed.
   */
  async close(): Promise<void> {
    this.#closed = true;
    for (const permits of Object.values(this.#permits)) permits.end(this.#closedError());
    await Promise.allSettled([this.#opening, this.#writes.idle(), ...this.#turns]);
    this.#removeLogIfReplaced();
    this.#closeConnections();
    // By then, reads in parts and writes in turns have thrown their errors.
    await this.clock.yield();
  }

  assertOpen(): void {
    if (this.#closed) throw this.#closedError();
  }

  #closedError(): MetacacheError {
    return new MetacacheError("E_CLOSED", closedText(this.file), { remedy: OPEN_AGAIN });
  }

  /** Call this after each read. Throws if the read may have mixed several states of the file. */
  assertWhole(): void {
    this.assertOpen();
    if (this.#isImmutable && this.#open?.identity !== this.#identify()) throw changedMeanwhileError(this.file);
  }

  /** Turns an error of SQLite into an error of metacache. */
  toError(error: unknown): MetacacheError {
    if (this.#closed) {
      return new MetacacheError("E_CLOSED", closedInUseText(this.file), { remedy: OPEN_AGAIN, cause: error });
    }
    return toMetacacheError(error, this.file);
  }

  async #attempt<T>(action: () => Promise<T>): Promise<T> {
    try {
      this.assertOpen();
      return await action();
    } catch (error) {
      throw error instanceof MetacacheError ? error : this.toError(error);
    }
  }

  /**
   * Returns the connections to the file that is at the path now. Simultaneous calls share one
   * opening.
   */
  #current(): OpenFile | Promise<OpenFile> {
    const identity = this.#identify();
    if (this.#open !== undefined && this.#open.identity === identity) return this.#open;
    if (this.#wasOpen && identity === undefined) {
      // Creating a new file would present a failure as an absence (law 6).
      throw new DatabaseUnavailableError("missing", `the database ${this.file} was removed while it was in use`, {
        remedy: "put it back, or open the database again to create a new one",
      });
    }
    if (this.#open !== undefined) {
      this.#options.logger.warn(`the database ${this.file} was replaced by another file, which is opened now`);
      if (!this.#isImmutable) removeFormerLog(this.file, this.#open.log);
      this.#closeConnections();
    }
    this.#opening ??= this.#openFile().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #openFile(): Promise<OpenFile> {
    const { file, readOnly } = this.#options;
    assertCanBeDatabase(file, readOnly);
    try {
      this.#isImmutable = false;
      return await this.#openWith(readOnly);
    } catch (error) {
      if (!canBeReadAsImmutable(file, error)) throw error;
      this.#isImmutable = true;
      return this.#openWith(true);
    }
  }

  async #openWith(readOnly: boolean): Promise<OpenFile> {
    const { file } = this.#options;
    const before = this.#identify();
    const writer = this.#connect();
    try {
      await prepareSchema(writer, MIGRATIONS, readOnly, this.#wait);
      writer.exec(WRITER_SETTINGS);
      this.#open = {
        identity: before ?? this.#identify(),
        log: identifyLog(file),
        writer,
        idleReaders: [],
        snapshots: new Set(),
        observer: undefined,
      };
      this.#wasOpen = true;
      return this.#open;
    } catch (error) {
      writer.close();
      throw error;
    }
  }

  #identify(): string | undefined {
    return this.#isImmutable ? identifyContent(this.file) : identifyFile(this.file);
  }

  /**
   * The file may have been replaced since its last use. Then nobody who opens the new file may find
   * this one's log.
   */
  #removeLogIfReplaced(): void {
    try {
      if (this.#open !== undefined && !this.#isImmutable && this.#open.identity !== identifyFile(this.file))
        removeFormerLog(this.file, this.#open.log);
    } catch (error) {
      this.#options.logger.warn(messageOf(error));
    }
  }

  #connect(): SqliteConnection {
    return this.#isImmutable
      ? new SqliteConnection(immutableUrl(this.file), true)
      : new SqliteConnection(this.file, this.#options.readOnly);
  }

  #closeConnections(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    for (const snapshot of open.snapshots) snapshot.discard();
    for (const reader of open.idleReaders) reader.close();
    open.observer?.close();
    open.writer.close();
  }
}

/**
 * With `synchronous = NORMAL`, nothing is lost if the process dies, and at most the last commits if
 * the power fails.
 *
 * The schema's own checks are for plain SQL, so the writer turns them off: metacache validates each
 * record as a whole, and looks up its project in the same transaction. With the checks, SQLite
 * would keep a journal for each statement.
 */
const WRITER_SETTINGS = `
PRAGMA synchronous = NORMAL;
PRAGMA journal_size_limit = 67108864;
PRAGMA ignore_check_constraints = ON;`;

function inTransaction<T>(writer: SqliteConnection, task: (connection: SqliteConnection) => T): T {
  writer.run("BEGIN IMMEDIATE");
  try {
    const result = task(writer);
    writer.run("COMMIT");
    return result;
  } catch (error) {
    writer.rollback();
    throw error;
  }
}

async function inTransactionOfSteps<T>(
  writer: SqliteConnection,
  task: (connection: SqliteConnection) => Generator<void, T, undefined>,
  clock: Clock,
  assertOpen: () => void,
): Promise<T> {
  writer.run("BEGIN IMMEDIATE");
  try {
    const steps = task(writer);
    let due = clock.microseconds() + STEPS_US;
    for (;;) {
      const step = steps.next();
      if (step.done === true) {
        writer.run("COMMIT");
        return step.value;
      }
      if (clock.microseconds() < due) continue;
      await clock.yield();
      assertOpen();
      due = clock.microseconds() + STEPS_US;
    }
  } catch (error) {
    writer.rollback();
    throw error;
  }
}

/**
 * Other processes look for the lock every few milliseconds. A writer that takes it again at once
 * would lock them out.
 */
const BETWEEN_TURNS_MS = 10;

/** How long a transaction of many steps works before it lets other work run. */
const STEPS_US = 4_000;

function beginReading<T>(connection: SqliteConnection, first: (connection: SqliteConnection) => T): T {
  connection.run("BEGIN");
  try {
    return first(connection);
  } catch (error) {
    connection.rollback();
    throw error;
  }
}
