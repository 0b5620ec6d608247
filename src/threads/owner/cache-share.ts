import { assert } from "../../base/assert.ts";
import { type MessagePort, threadId } from "node:worker_threads";
import { callHarmlessly } from "../../base/call-harmlessly.ts";
import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import { type Finding, finding } from "../../base/finding.ts";
import { childLogger, type Logger } from "../../base/logger.ts";
import type { StoredChange } from "../../database/metadata-database.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import { packRecord } from "../../record/parsing/packed-record.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { CacheState } from "../../state/cache-state.ts";
import type { StateEvent } from "../../state/state-events.ts";
import { ControlBlock } from "../protocol/control-block.ts";
import type { Generation } from "../protocol/generation.ts";
import { acceptReaders, type ReaderAcceptor } from "../protocol/attach-requests.ts";
import { ReaderConnection } from "./reader-connection.ts";
import { SharedIndexWriter } from "./shared-index-writer.ts";
import { newSharedRecords, type SharedRecordsMemory, SharedRecordsWriter } from "../protocol/shared-records.ts";
import type { Method, Request } from "../protocol/thread-messages.ts";

/** The parts of the cache's state that sharing needs. */
export type SharedState = Pick<
  CacheState,
  "revision" | "confirmedAt" | "isOutdated" | "debt" | "unreadable" | "index" | "residents" | "peek" | "revisionOf" | "subscribe"
>;

/** Answers a reader's request. */
export type OwnerCall = (method: Method, args: readonly unknown[]) => Promise<unknown>;

/**
 * Everything that a worker needs to attach. Plain data: pass it as `workerData` or in a message, as
 * often as you like.
 */
export interface CacheHandle {
  /** The name of the share, which a reader sends to attach. */
  readonly metacache: string;
  /** The project's name in the database. */
  readonly project: string;
  /** The id of the thread that owns the cache. */
  readonly ownerThread: number;
  /** An answer is stale this long after the last confirmation, in milliseconds. */
  readonly staleAfterMs: number;
  /** The memory of the published state. */
  readonly control: SharedArrayBuffer;
  /** The memory of the shared records. */
  readonly records: SharedRecordsMemory;
}

/** What a cache shares with other threads, and the memory that this takes. */
export interface ShareGauges {
  /** The number of attached threads. */
  readonly readers: number;
  /** The number of records in shared memory. */
  readonly records: number;
  /** The memory that is reserved for records, in bytes. */
  readonly recordBytes: number;
  /**
   * The memory that the index takes only because it is shared, in bytes. Its images are in shared
   * memory anyway.
   */
  readonly indexBytes: number;
}

/** The number of residents to pack between two turns of the event loop. */
const RECORDS_A_TURN = 200;

/**
 * The owner's side of a shared cache. It keeps the records and the index in shared memory in step
 * with the state: each change is shared in the same turn, before anybody else hears of it. Requests
 * that shared memory cannot answer are answered by message. A share keeps no process alive.
 *
 * A failure of the share never fails a change of the cache. If sharing becomes impossible (no
 * memory is left), only the share ends, and its readers find it closed.
 */
export class CacheShare {
  readonly handle: CacheHandle;
  readonly #state: SharedState;
  readonly #call: OwnerCall;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #control = new ControlBlock();
  readonly #records: SharedRecordsWriter;
  readonly #index: SharedIndexWriter;
  readonly #readers = new Set<ReaderConnection>();
  #loads = 0;
  #ended: Promise<unknown> = Promise.resolve();
  readonly #acceptor: ReaderAcceptor;
  readonly #unsubscribe: () => void;

  constructor(
    { project, state, call }: { readonly project: string; readonly state: SharedState; readonly call: OwnerCall },
    options: { readonly recordBytes: number; readonly staleAfterMs: number; readonly logBytes?: number | undefined },
    clock: Clock,
    logger: Logger,
  ) {
    this.#state = state;
    this.#call = call;
    this.#clock = clock;
    this.#logger = childLogger(logger, "sharing");
    this.#records = new SharedRecordsWriter(newSharedRecords(options.recordBytes));
    this.#index = new SharedIndexWriter(state.index, options.logBytes);
    this.#acceptor = acceptReaders((port) => this.#connect(port));
    this.handle = Object.freeze({
      metacache: this.#acceptor.name,
      project,
      ownerThread: threadId,
      staleAfterMs: options.staleAfterMs,
      control: this.#control.memory,
      records: Object.freeze(this.#records.memory),
    });
    this.#unsubscribe = state.subscribe((event) => this.#receive(event));
    this.#publish();
    this.#shareResidents();
  }

  get gauges(): ShareGauges {
    const { slots, ring } = this.#records.memory;
    return Object.freeze({
      readers: this.#readers.size,
      records: this.#records.count,
      recordBytes: slots.byteLength + ring.byteLength,
      indexBytes: this.#index.byteLength,
    });
  }

  /**
   * First removes the changed records, then publishes the new revision, then puts the new records.
   * So a thread that has seen a record of the new revision cannot find a record of the old one.
   */
  #advance(changes: readonly StoredChange[]): void {
    for (const { path } of changes) this.#records.delete(path);
    this.#announce(this.#index.changed(this.#state.index, changes));
    assert(
      changes.every(({ path }) => !this.#records.has(path)),
      "no old record is left when the new revision is published",
    );
    for (const change of changes) {
      // A later change may be of the same path.
      const isLast = this.#state.revisionOf(change.path) === change.revision;
      if (isLast && "record" in change && change.record !== undefined) this.#put(change.record, change.revision);
    }
  }

  #replace(): void {
    this.#records.clear();
    this.#loads++;
    this.#announce(this.#index.begin(this.#state.index));
    this.#shareResidents();
  }

  #put(record: FileMetadata, revision: number): void {
    this.#records.put(record.path, packRecord(record), revision);
  }

  /** Removes from shared memory what the cache dropped from its memory. */
  #drop(path: ProjectPath | undefined): void {
    if (path === undefined) this.#records.clear();
    else this.#records.delete(path);
  }

  /**
   * Sends a new generation to the readers before the state is published that names it. So no reader
   * has to ask for it.
   */
  #announce(begun: Generation | undefined): void {
    if (begun !== undefined) for (const reader of this.#readers) reader.offer(begun);
    this.#publish();
  }

  /**
   * Publishes the state. The debt of a write is published before anybody hears of its commit, and
   * cleared after the write is shown.
   */
  #publish(): void {
    const { revision, confirmedAt, isOutdated, unreadable, debt } = this.#state;
    this.#control.isBehind = debt !== undefined;
    this.#control.publish({
      revision,
      // A caller's clock may return fractions of a millisecond.
      confirmedAt: isOutdated ? 0 : Math.trunc(confirmedAt.now),
      generation: this.#index.generation.number,
      logged: this.#index.logged,
      unreadable: unreadable.size,
      loads: this.#loads,
    });
  }

  verify(): Finding[] {
    const findings = this.#records.verify();
    // The content of an outdated state may be changed in part. Nothing of it is published until a
    // load has replaced it.
    if (!this.#control.isClosed && !this.#state.isOutdated) findings.push(...this.#index.verify(this.#state.index));
    for (const [path, revision] of this.#records.revisions()) {
      if (this.#state.revisionOf(path as ProjectPath) === revision) continue;
      findings.push(
        finding("SHARING_RECORD", `${JSON.stringify(path)} is shared as of revision ${revision}, but its last revision is another`, {
          path,
        }),
      );
    }
    return findings;
  }

  /**
   * Closes the cache for every reader. No new call starts. Calls that have started are still
   * answered, until `disconnect`.
   */
  close(): void {
    this.#unsubscribe();
    this.#control.close();
    this.#acceptor.end();
    this.#ended = Promise.all(Array.from(this.#readers, (reader) => reader.end()));
  }

  /** Resolves when all started calls are answered. */
  async disconnect(): Promise<void> {
    await this.#ended;
  }

  #receive(event: StateEvent): void {
    callHarmlessly(
      () => this.#take(event),
      (error) => {
        this.close();
        this.#logger.error(`the cache is not shared any longer, and its readers find it closed: ${messageOf(error)}`);
      },
    );
  }

  #take(event: StateEvent): void {
    switch (event.kind) {
      case "advanced":
        return this.#advance(event.changes);
      case "replaced":
        return this.#replace();
      case "merged":
        return this.#announce(this.#index.begin(this.#state.index));
      case "admitted":
        return this.#put(event.record, event.revision);
      case "dropped":
        return this.#drop(event.path);
      case "confirmed":
      case "outdated":
        return this.#publish();
      case "loading":
        return undefined;
    }
  }

  #connect(port: MessagePort): void {
    const reader = new ReaderConnection(port, this.#index.generation, {
      request: (request) => this.#answer(request),
      close: () => this.#readers.delete(reader),
    });
    this.#readers.add(reader);
  }

  async #answer({ method, args }: Request): Promise<unknown> {
    const value = await this.#call(method, args);
    if (!this.#control.isClosed) this.#shareAnswer(value);
    return value;
  }

  /** Shares the records of an answer, so that the next reader does not have to ask for them. */
  #shareAnswer(value: unknown): void {
    const { path, items } = (typeof value === "object" && value !== null ? value : {}) as {
      readonly path?: unknown;
      readonly items?: unknown;
    };
    for (const each of [path, ...(Array.isArray(items) ? items.map((item: { readonly path?: unknown }) => item.path) : [])]) {
      if (typeof each === "string") this.#shareResident(each as ProjectPath);
    }
  }

  #shareResidents(): void {
    this.#packResidents().catch((error: unknown) => {
      this.#logger.error(`some records in memory could not be shared, so readers ask the owner for them: ${messageOf(error)}`);
    });
  }

  /**
   * Shares the records that were in memory before the share started. Later changes are shared by
   * events.
   */
  async #packResidents(): Promise<void> {
    let packed = 0;
    for (const { path } of [...this.#state.residents()]) {
      if (this.#control.isClosed) return;
      this.#shareResident(path);
      if (++packed % RECORDS_A_TURN === 0) await this.#clock.yield();
    }
  }

  #shareResident(path: ProjectPath): void {
    if (this.#records.has(path)) return;
    const record = this.#state.peek(path);
    const revision = this.#state.revisionOf(path);
    if (record !== undefined && revision !== undefined) this.#put(record, revision);
  }
}
