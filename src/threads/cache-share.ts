import { type MessagePort, threadId } from "node:worker_threads";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { type Finding, finding } from "../base/finding.ts";
import { childLogger, type Logger } from "../base/logger.ts";
import type { StoredChange } from "../database/metadata-database.ts";
import type { FileMetadata } from "../model/file-metadata.ts";
import type { ProjectPath } from "../model/project-path.ts";
import { ControlBlock, MAX_READERS } from "./control-block.ts";
import { type Expectation, expectReaders } from "./introductions.ts";
import { ReaderConnection } from "./reader-connection.ts";
import { SharedIndexWriter } from "./shared-index-writer.ts";
import { newSharedRecords, type SharedRecordsMemory, SharedRecordsWriter } from "./shared-records.ts";
import type { SharedSource, StateObserver } from "./shared-source.ts";
import type { ImageMemory, Request } from "./thread-messages.ts";

/** What a worker needs to attach itself: plain data that may be cloned as often as one likes, as `workerData` or in a message. */
export interface CacheHandle {
  readonly metacache: string;
  readonly project: string;
  readonly ownerThread: number;
  readonly staleAfterMs: number;
  readonly control: SharedArrayBuffer;
  readonly records: SharedRecordsMemory;
}

export interface ShareGauges {
  readonly readers: number;
  /** Records in shared memory, and what is set aside for them. */
  readonly records: number;
  readonly recordBytes: number;
  /** For the index: two images and their logs. */
  readonly indexBytes: number;
}

/** How many residents are packed between two turns of the event loop. */
const RECORDS_A_TURN = 200;

/**
 * The owner's side of a shared cache: keeps records and index in shared memory in step with the cache, in the turn in which that changes and so before
 * anybody is told of it, and does by message what memory cannot. Keeps no process alive.
 */
export class CacheShare implements StateObserver {
  readonly handle: CacheHandle;
  readonly #source: SharedSource;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #control = new ControlBlock();
  readonly #records: SharedRecordsWriter;
  readonly #index: SharedIndexWriter;
  readonly #readers = new Set<ReaderConnection>();
  #ended: Promise<unknown> = Promise.resolve();
  readonly #free = Array.from({ length: MAX_READERS }, (_, place) => MAX_READERS - 1 - place);
  readonly #introductions: Expectation;

  constructor(
    source: SharedSource,
    options: { readonly recordBytes: number; readonly staleAfterMs: number; readonly logBytes?: number | undefined },
    clock: Clock,
    logger: Logger,
  ) {
    this.#source = source;
    this.#clock = clock;
    this.#logger = childLogger(logger, "sharing");
    this.#records = new SharedRecordsWriter(newSharedRecords(options.recordBytes));
    const onMemory = (memory: ImageMemory): void => {
      for (const reader of this.#readers) reader.offer(memory);
    };
    this.#index = new SharedIndexWriter(source, this.#control, clock, this.#logger, onMemory, options.logBytes);
    this.#introductions = expectReaders((port) => this.#greet(port));
    this.handle = Object.freeze({
      metacache: this.#introductions.name,
      project: source.project,
      ownerThread: threadId,
      staleAfterMs: options.staleAfterMs,
      control: this.#control.memory,
      records: Object.freeze(this.#records.memory),
    });
    this.#index.publish();
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
  changed(changes: readonly StoredChange[]): void {
    for (const { path } of changes) this.#records.delete(path);
    this.#index.changed(changes);
    for (const change of changes) {
      // A later one among them may be of the same path.
      const isLast = this.#source.revisionOf(change.path) === change.revision;
      if (isLast && "record" in change && change.record !== undefined) this.admitted(change.record, change.revision);
    }
  }

  replaced(): void {
    this.#records.clear();
    this.#index.replaced();
    this.#shareResidents();
  }

  admitted(record: FileMetadata, revision: number): void {
    this.#records.put(record.path, JSON.stringify(record), revision);
  }

  confirmed(): void {
    this.#index.publish();
  }

  /** What the cache has dropped from its memory is in shared memory no longer either. */
  dropped(path: ProjectPath): void {
    this.#records.delete(path);
  }

  cleared(): void {
    this.#records.clear();
  }

  verify(): Finding[] {
    const findings = this.#records.verify();
    for (const [path, revision] of this.#records.revisions()) {
      if (this.#source.revisionOf(path as ProjectPath) === revision) continue;
      findings.push(
        finding("SHARING_RECORD", `${JSON.stringify(path)} is shared as of revision ${revision}, which is not its last`, { path }),
      );
    }
    return findings;
  }

  /** Whether something committed is not shown here yet; told before anybody hears of the commit, and taken back once it is shown. */
  behind(isBehind: boolean): void {
    this.#control.isBehind = isBehind;
  }

  /** Every reader finds the cache closed from now on, and no call begins. Those under way are still answered, until `disconnect`. */
  close(): void {
    this.#control.close();
    this.#index.stop();
    this.#introductions.end();
    this.#ended = Promise.all(Array.from(this.#readers, (reader) => reader.end()));
  }

  /** Resolves when all calls under way are answered. */
  async disconnect(): Promise<void> {
    await this.#ended;
  }

  #greet(port: MessagePort): void {
    const reader = new ReaderConnection(port, this.#free.pop(), this.#index.memory, {
      request: (request) => this.#answer(request),
      close: () => this.#part(reader),
    });
    this.#readers.add(reader);
  }

  #part(reader: ReaderConnection): void {
    if (!this.#readers.delete(reader) || reader.place === undefined) return;
    this.#control.pin(reader.place, 0);
    this.#free.push(reader.place);
  }

  async #answer({ method, args }: Request): Promise<unknown> {
    const value = await this.#source.call(method, args);
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
    for (const { path } of [...this.#source.residents()]) {
      if (this.#control.isClosed) return;
      this.#shareResident(path);
      if (++packed % RECORDS_A_TURN === 0) await this.#clock.yield();
    }
  }

  #shareResident(path: ProjectPath): void {
    if (this.#records.has(path)) return;
    const record = this.#source.peek(path);
    const revision = this.#source.revisionOf(path);
    if (record !== undefined && revision !== undefined) this.#records.put(path, JSON.stringify(record), revision);
  }
}
