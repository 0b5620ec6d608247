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
import { ReaderSlots } from "./reader-slots.ts";
import { Snapshot } from "./snapshot.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { toMetacacheError } from "./sqlite-faults.ts";
import { canBeReadAsItLies, changedMeanwhileError, identifyContent, unchangingUrl } from "./unwritable-file.ts";

export interface SqliteFileOptions {
  readonly file: string;
  readonly readOnly: boolean;
  readonly busyTimeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The connections to one file on disk, for as long as it is that file. */
interface OpenFile {
  /** Which file it was when it was opened. */
  readonly identity: string | undefined;
  /** Which log it had then. */
  readonly log: LogIdentity;
  readonly writer: SqliteConnection;
  readonly idleReaders: SqliteConnection[];
  readonly snapshots: Set<Snapshot>;
  /** Never in a transaction, where it would not see others' commits. */
  observer: SqliteConnection | undefined;
}

/** One for the reads that follow each other, one for a scan beside them. */
const MAX_IDLE_READERS = 2;
/** How long a snapshot is needed: for a moment, for some turns of the event loop in a row, or for as long as its caller likes. */
export type ReadDuration = "moment" | "turns" | "held";

/**
 * How many of each kind at a time: none takes the place of another. More would not be quicker, for whoever reads holds the thread. One that is held may
 * wait for the others, so these never wait for it.
 */
const MAX_READS: Readonly<Record<ReadDuration, number>> = { moment: 4, turns: 2, held: 4 };

/**
 * One database file: a few snapshots at a time to read from, one transaction at a time to write with. Reads beyond these wait in order, those of a
 * moment apart from long ones.
 *
 * - Writers of this process take turns in the order in which they came; with those of other processes they compete for
 *   SQLite's lock, waiting on the event loop. A transaction ends in the turn in which it begins, unless it is too long for that: then the event loop
 *   runs between its parts.
 * - A file that was replaced (a backup put back, a folder made anew) is noticed and opened anew: SQLite would go on
 *   with the old one, which nobody else sees. A file that was removed is the fault "missing".
 * - Errors are metacache's. After `close`, everything throws `E_CLOSED`.
 */
export class SqliteFile {
  readonly file: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly #options: SqliteFileOptions;
  readonly #wait: LockWaitOptions;
  readonly #writes: SerialQueue;
  readonly #turns = new Set<Promise<void>>();
  readonly #slots: Readonly<Record<ReadDuration, ReaderSlots>>;
  #open: OpenFile | undefined;
  #opening: Promise<OpenFile> | undefined;
  #wasOpen = false;
  /** How many observers there were. */
  #observers = 0;
  #closed = false;
  /** Whether it is open as a file that nobody changes, for a user who may not write beside it. */
  #asItLies = false;

  private constructor(options: SqliteFileOptions) {
    this.file = options.file;
    this.clock = options.clock;
    this.logger = options.logger;
    this.#options = options;
    this.#wait = { ...options, assertOpen: () => this.assertOpen() };
    this.#writes = new SerialQueue(options.clock);
    const slots = (duration: ReadDuration): ReaderSlots => new ReaderSlots(MAX_READS[duration], options.clock);
    this.#slots = { moment: slots("moment"), turns: slots("turns"), held: slots("held") };
  }

  static async open(options: SqliteFileOptions): Promise<SqliteFile> {
    const file = new SqliteFile(options);
    await file.#attempt(async () => file.#current());
    return file;
  }

  /** Runs `task`, which must be synchronous, on one snapshot. It may be run again from its start. */
  async read<T>(task: (connection: SqliteConnection) => T): Promise<T> {
    const { snapshot, first } = await this.openSnapshot(task);
    snapshot.close();
    return first;
  }

  /** Opens a snapshot that stays until it is closed, as `first` finds it, which must read something. */
  async openSnapshot<T>(
    first: (connection: SqliteConnection) => T,
    duration: ReadDuration = "moment",
  ): Promise<{ readonly snapshot: Snapshot; readonly first: T }> {
    return this.#attempt(async () => {
      const release = await this.#slots[duration].take();
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

  /** Runs `task`, which must be synchronous, in a transaction of its own, and commits it; nothing of it remains if it throws. */
  write<T>(task: (connection: SqliteConnection) => T): Promise<T> {
    return this.#write((writer) => inTransaction(writer, task));
  }

  /**
   * The same for a task of many steps: the event loop runs between those that take long together, while nothing else of this process is
   * written. Everything is committed at the end, or nothing: not if the file is closed or replaced meanwhile either.
   */
  writeInSteps<T>(task: (connection: SqliteConnection) => Generator<void, T, undefined>): Promise<T> {
    return this.#write((writer) => inTransactionOfSteps(writer, task, this.clock, () => this.assertOpen()));
  }

  /**
   * The same once more after each transaction, as long as `goesOn` says so of the last one's result. Whoever else writes comes in between, in this
   * process and in others. What was committed stays if a later transaction fails.
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
   * Another text after each commit, whoever made it, and after the file was replaced; sometimes without a reason. `undefined` where it cannot be told, as
   * when the file is gone. Synchronous, for it is asked often. Throws `E_CLOSED`.
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
      // Whoever reads next is told why.
      open.observer?.close();
      open.observer = undefined;
      return undefined;
    }
  }

  /** SQLite counts `data_version` for each connection anew: what two of them say cannot be compared. */
  #observe(): SqliteConnection {
    this.#observers++;
    return this.#connect();
  }

  /** Idempotent. Resolves when nothing runs any more and every connection is closed. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const slots of Object.values(this.#slots)) slots.end(this.#closedError());
    await Promise.allSettled([this.#opening, this.#writes.idle(), ...this.#turns]);
    this.#leaveNoFormerLog();
    this.#closeConnections();
    // Whoever reads in parts, or writes in turns, has been told by then.
    await this.clock.yield();
  }

  assertOpen(): void {
    if (this.#closed) throw this.#closedError();
  }

  #closedError(): MetacacheError {
    return new MetacacheError("E_CLOSED", closedText(this.file), { remedy: OPEN_AGAIN });
  }

  /** To be called after each read: throws if what was read may be of several states of the file. */
  assertWhole(): void {
    this.assertOpen();
    if (this.#asItLies && this.#open?.identity !== this.#identify()) throw changedMeanwhileError(this.file);
  }

  /** What SQLite threw, in metacache's terms. */
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

  /** The connections to the file that stands there now. Calls made while it is opened share the opening. */
  #current(): OpenFile | Promise<OpenFile> {
    const identity = this.#identify();
    if (this.#open !== undefined && this.#open.identity === identity) return this.#open;
    if (this.#wasOpen && identity === undefined) {
      // To make a new one would pass a failure off as an absence (law 6).
      throw new DatabaseUnavailableError("missing", `the database ${this.file} was removed while it was in use`, {
        remedy: "put it back, or start again",
      });
    }
    if (this.#open !== undefined) {
      this.#options.logger.warn(`the database ${this.file} was replaced by another file: opening that`);
      if (!this.#asItLies) removeFormerLog(this.file, this.#open.log);
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
      this.#asItLies = false;
      return await this.#openWith(readOnly);
    } catch (error) {
      if (!canBeReadAsItLies(file, error)) throw error;
      this.#asItLies = true;
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
    return this.#asItLies ? identifyContent(this.file) : identifyFile(this.file);
  }

  /** The file may have been replaced since it was used last: whoever opens the new one must not find this one's log. */
  #leaveNoFormerLog(): void {
    try {
      if (this.#open !== undefined && !this.#asItLies && this.#open.identity !== identifyFile(this.file))
        removeFormerLog(this.file, this.#open.log);
    } catch (error) {
      this.#options.logger.warn(messageOf(error));
    }
  }

  #connect(): SqliteConnection {
    return this.#asItLies ? new SqliteConnection(unchangingUrl(this.file), true) : new SqliteConnection(this.file, this.#options.readOnly);
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
 * `synchronous = NORMAL`: the end of a process loses nothing, that of the machine's power at most the last commits.
 * What the writer stores was validated as a whole, and its project looked up in the same transaction: the schema's own
 * checks are for plain SQL, and would make SQLite keep a journal for each statement.
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

/** Other processes look for the lock every few milliseconds: a writer that takes it again at once would keep it from them. */
const BETWEEN_TURNS_MS = 10;

/** How long a transaction of many steps works before it lets others run. */
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
