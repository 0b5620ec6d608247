import { assert } from "../../base/assert.ts";
import { type MessagePort, threadId } from "node:worker_threads";
import { callHarmlessly } from "../../base/call-harmlessly.ts";
import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import { type Finding, finding } from "../../base/finding.ts";
import { childLogger, type Logger } from "../../base/logger.ts";
import type { StoredChange } from "../../database/metadata-database.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import { packRecord } from "../../record/packed-record.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { CacheState } from "../../state/cache-state.ts";
import type { StateEvent } from "../../state/state-events.ts";
import { ControlBlock } from "../protocol/control-block.ts";
import type { Generation } from "../protocol/generation.ts";
import { type Expectation, expectReaders } from "../protocol/introductions.ts";
import { ReaderConnection } from "./reader-connection.ts";
import { SharedIndexWriter } from "./shared-index-writer.ts";
import { newSharedRecords, type SharedRecordsMemory, SharedRecordsWriter } from "../protocol/shared-records.ts";
import type { Method, Request } from "../protocol/thread-messages.ts";

/** What sharing needs of the state of the cache. */
export type SharedState = Pick<
  CacheState,
  "revision" | "confirmedAt" | "isOutdated" | "debt" | "unreadable" | "index" | "residents" | "peek" | "revisionOf" | "subscribe"
>;

/** Does what a reader asks for by message. */
export type OwnerCall = (method: Method, args: readonly unknown[]) => Promise<unknown>;

/** What a worker needs to attach itself: plain data that may be cloned as often as one likes, as `workerData` or in a message. */
export interface CacheHandle {
  /** The name under which a new reader introduces itself to the owner. */
  readonly metacache: string;
  /** The name that the database knows the project by. */
  readonly project: string;
  /** The id of the thread that owns the cache. */
  readonly ownerThread: number;
  /** After how long without confirmation an answer is stale. */
  readonly staleAfterMs: number;
  /** The present state, for readers. */
  readonly control: SharedArrayBuffer;
  /** The memory of the shared records. */
  readonly records: SharedRecordsMemory;
}

/** What is shared with worker threads, and what that takes. */
export interface ShareGauges {
  /** How many threads are attached. */
  readonly readers: number;
  /** Records in shared memory, and what is set aside for them. */
  readonly records: number;
  /** How many bytes are set aside for records. */
  readonly recordBytes: number;
  /** What the index takes only because it is shared: its images lie in shared memory anyway. */
  readonly indexBytes: number;
}

/** How many residents are packed between two turns of the event loop. */
const RECORDS_A_TURN = 200;

/**
 * The owner's side of a shared cache: keeps records and index in shared memory in step with the state, in the turn in which that changes and
 * so before anybody is told of it, and does by message what memory cannot. Keeps no process alive.
 *
 * What happened to the cache has happened. If it cannot be shared (there is no memory left), that fails nothing but the share: it ends, and
 * its readers find it closed.
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
  readonly #introductions: Expectation;
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
    this.#introductions = expectReaders((port) => this.#greet(port));
    this.handle = Object.freeze({
      metacache: this.#introductions.name,
      project,
      ownerThread: threadId,
      staleAfterMs: options.staleAfterMs,
      control: this.#control.memory,
      records: Object.freeze(this.#records.memory),
    });
    this.#unsubscribe = state.subscribe((event) => this.#follow(event));
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
   * What has changed is taken away first and put back last, with the new revision told in between: so nobody who has seen a record of the new
   * revision can still find one of the old.
   */
  #advance(changes: readonly StoredChange[]): void {
    for (const { path } of changes) this.#records.delete(path);
    this.#tell(this.#index.changed(this.#state.index, changes));
    assert(
      changes.every(({ path }) => !this.#records.has(path)),
      "no old record is left when the new revision is told",
    );
    for (const change of changes) {
      // A later one among them may be of the same path.
      const isLast = this.#state.revisionOf(change.path) === change.revision;
      if (isLast && "record" in change && change.record !== undefined) this.#put(change.record, change.revision);
    }
  }

  #replace(): void {
    this.#records.clear();
    this.#loads++;
    this.#tell(this.#index.begin(this.#state.index));
    this.#shareResidents();
  }

  #put(record: FileMetadata, revision: number): void {
    this.#records.put(record.path, packRecord(record), revision);
  }

  /** What the cache has dropped from its memory is in shared memory no longer either. */
  #drop(path: ProjectPath | undefined): void {
    if (path === undefined) this.#records.clear();
    else this.#records.delete(path);
  }

  /** A generation is with the readers when they hear of it: so none has to ask for it. */
  #tell(begun: Generation | undefined): void {
    if (begun !== undefined) for (const reader of this.#readers) reader.offer(begun);
    this.#publish();
  }

  /** Whether a write is owed is told before anybody hears of its commit, and taken back once it is shown. */
  #publish(): void {
    const { revision, confirmedAt, isOutdated, unreadable, debt } = this.#state;
    this.#control.isBehind = debt !== undefined;
    this.#control.publish({
      revision,
      // The clock of a caller may tell parts of a millisecond.
      confirmedAt: isOutdated ? 0 : Math.trunc(confirmedAt.now),
      generation: this.#index.generation.number,
      logged: this.#index.logged,
      unreadable: unreadable.size,
      loads: this.#loads,
    });
  }

  verify(): Finding[] {
    const findings = this.#records.verify();
    // The content of an outdated state may have been changed in part. Nothing is told of that until a load has replaced it.
    if (!this.#control.isClosed && !this.#state.isOutdated) findings.push(...this.#index.verify(this.#state.index));
    for (const [path, revision] of this.#records.revisions()) {
      if (this.#state.revisionOf(path as ProjectPath) === revision) continue;
      findings.push(
        finding("SHARING_RECORD", `${JSON.stringify(path)} is shared as of revision ${revision}, which is not its last`, { path }),
      );
    }
    return findings;
  }

  /** Every reader finds the cache closed from now on, and no call begins. Those under way are still answered, until `disconnect`. */
  close(): void {
    this.#unsubscribe();
    this.#control.close();
    this.#introductions.end();
    this.#ended = Promise.all(Array.from(this.#readers, (reader) => reader.end()));
  }

  /** Resolves when all calls under way are answered. */
  async disconnect(): Promise<void> {
    await this.#ended;
  }

  #follow(event: StateEvent): void {
    callHarmlessly(
      () => this.#take(event),
      (error) => {
        this.close();
        this.#logger.error(`the cache cannot be shared any longer, its readers find it closed: ${messageOf(error)}`);
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
        return this.#tell(this.#index.begin(this.#state.index));
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

  #greet(port: MessagePort): void {
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

  /** What one reader had to ask for, the next one need not. */
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
      this.#logger.error(`not every record in memory could be shared, readers ask for the others: ${messageOf(error)}`);
    });
  }

  /** What was in memory before it was shared; what changes meanwhile comes by itself. */
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
