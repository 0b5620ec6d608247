import { MessageChannel, postMessageToThread } from "node:worker_threads";
import { withSignal } from "../../base/abort.ts";
import { type Clock, CLOCK_METHODS, elapsedSince, type Moment, systemClock } from "../../base/clock.ts";
import { ConfigError, DatabaseUnavailableError, isMetacacheError, MetacacheError } from "../../base/errors.ts";
import type { Finding } from "../../base/finding.ts";
import { inSlices } from "../../base/slices.ts";
import { describe, Problems, readInput } from "../../base/validation.ts";
import type { FileMetadata, FileMetadataInput, MetadataField } from "../../record/file-metadata.ts";
import { parseFileMetadata } from "../../record/parse-file-metadata.ts";
import { parseProjectPath, type ProjectPath } from "../../record/project-path.ts";
import type { MetadataCacheCalls, QueryAnswer, ReadOptions, WaitOptions, WriteReport } from "../../calls/cache-calls.ts";
import { ReferenceCalls, type ReferenceQuestion } from "../../calls/reference-calls.ts";
import { assertRevision, listOf, NO_OPTIONS, readOptionsOf, waitOptionsOf } from "../../calls/call-options.ts";
import type { MetadataQuery } from "../../query/metadata-query.ts";
import type { ProvedAnswer } from "../../calls/tree-freshness.ts";
import type { AnswerState } from "../../query/references/references-query.ts";
import { PreparedMetadataQuery, type PreparedQuery, prepareQuery } from "../../query/prepared-query.ts";
import { prepareSymbolQuery } from "../../query/symbols/prepared-symbol-query.ts";
import type { FoundSymbol, SymbolQuery } from "../../query/symbols/symbol-query.ts";
import { SymbolSearch } from "../../query/symbols/symbol-search.ts";
import type { CacheHandle } from "../owner/cache-share.ts";
import { ControlBlock, type Situation } from "../protocol/control-block.ts";
import { deepFreeze } from "../../base/deep-freeze.ts";
import type { Introduction } from "../protocol/introductions.ts";
import { OwnerConnection } from "./owner-connection.ts";
import { SharedIndexReader } from "./shared-index-reader.ts";
import { sharedPageOfRecords, sharedPageOfSymbols } from "./shared-page.ts";
import { type RememberedStatistics, SharedRecordsReader } from "./shared-records-reader.ts";
import type { Method } from "../protocol/thread-messages.ts";

/** What a thread's reading has cost. */
export interface AttachedStatistics {
  /** How many of the thread's own answers came from shared memory. */
  readonly fromMemory: number;
  /** How many came from the owner. */
  readonly fromOwner: number;
  /** The records that this thread has unpacked and remembers. */
  readonly remembered: RememberedStatistics;
}

/** How a thread reads a shared cache. */
export interface AttachOptions {
  /** Of what this thread has unpacked it remembers so many bytes, the least recently used leave first: from 0 to 4 GiB, by default 8 MiB. */
  readonly rememberBytes?: number | undefined;
  /** For tests. Default: `systemClock`. */
  readonly clock?: Clock | undefined;
}

/**
 * A cache that another thread of this process owns, read in this one. What is in shared memory is answered from there, without a lock and without
 * the owner; what is not (a load, a write, "latest") is done by the owner. The same laws hold: answers are of one revision, revisions never go back in this
 * thread, own writes are seen, and so is whatever was acknowledged anywhere in the process before the call.
 *
 * Get one from `attachMetadataCache`. After `detach`, and after the owner's shutdown, everything throws `E_CLOSED`.
 */
export class AttachedCache extends ReferenceCalls implements MetadataCacheCalls {
  readonly project: string;
  readonly #control: ControlBlock;
  readonly #records: SharedRecordsReader;
  readonly #index: SharedIndexReader;
  readonly #owner: OwnerConnection;
  readonly #staleAfterMs: number;
  readonly #clock: Clock;
  #confirmedAt: Moment = { now: 0, us: 0 };
  #fromMemory = 0;

  private constructor(handle: CacheHandle, owner: OwnerConnection, { clock, rememberBytes }: AttachWays) {
    super();
    this.project = handle.project;
    this.#control = new ControlBlock(handle.control);
    this.#records = new SharedRecordsReader(handle.records, rememberBytes);
    this.#index = new SharedIndexReader(this.#control, owner);
    this.#owner = owner;
    this.#staleAfterMs = handle.staleAfterMs;
    this.#clock = clock;
  }

  /** @internal */
  static async attach(handle: CacheHandle, ways: AttachWays): Promise<AttachedCache> {
    const control = new ControlBlock(handle.control);
    if (control.isClosed) throw closedError(handle.project);
    const { port1, port2 } = new MessageChannel();
    const introduction: Introduction = { metacache: handle.metacache, port: port2 };
    const owner = new OwnerConnection(port1, (method) => lostError(handle.project, method));
    try {
      await postMessageToThread(handle.ownerThread, introduction, [port2]);
    } catch (error) {
      port1.close();
      throw new MetacacheError(
        "E_CLOSED",
        `the thread ${handle.ownerThread}, which owns the cache of ${describe(handle.project)}, cannot be reached`,
        {
          remedy: "share the cache in a thread that is still there, and attach to that handle",
          cause: error,
        },
      );
    }
    const cancel = ways.clock.schedule(WELCOME_MS, () => owner.close());
    await owner.welcome.finally(cancel);
    owner.attached();
    return new AttachedCache(handle, owner, ways);
  }

  /** The revision that the cache is at. */
  get revision(): number {
    this.#assertOpen();
    return this.#control.revision;
  }

  /**
   * The record, where it is in shared memory: one look-up for what was asked before and has not changed. Never asks the owner. `undefined` while
   * the owner has committed something that shared memory does not show yet (`WriteReport.behind`).
   */
  peek(path: string): FileMetadata | undefined {
    this.#assertOpen();
    const found = this.#control.isBehind || typeof path !== "string" ? undefined : this.#records.get(path);
    if (found === undefined) parseProjectPath(path);
    return found?.record;
  }

  async getMetadata(path: string, options: ReadOptions = NO_OPTIONS): Promise<FileMetadata | undefined> {
    this.#assertOpen();
    const parsed = parseProjectPath(path);
    const read = readOptionsOf(options);
    if (this.#mayAnswer(read)) {
      const found = this.#records.get(parsed);
      if (found !== undefined) return this.#counted(found.record);
      if (this.#index.isAbsent(parsed)) return this.#counted(undefined);
    }
    return this.#askOwner<FileMetadata | undefined>("getMetadata", [parsed], read);
  }

  async query<F extends MetadataField = MetadataField>(
    query: MetadataQuery<F> | PreparedMetadataQuery<F>,
    options: ReadOptions = NO_OPTIONS,
  ): Promise<QueryAnswer<Pick<FileMetadata, F>>> {
    this.#assertOpen();
    const prepared = prepareQuery(query);
    const read = readOptionsOf(options);
    if (this.#mayAnswer(read)) {
      const answer = this.#answer(prepared);
      if (answer !== undefined) return this.#counted(answer as QueryAnswer<Pick<FileMetadata, F>>);
    }
    return this.#askOwner<QueryAnswer<Pick<FileMetadata, F>>>("query", [sentQuery(query)], read);
  }

  async symbols(query: SymbolQuery, options: ReadOptions = NO_OPTIONS): Promise<QueryAnswer<FoundSymbol>> {
    this.#assertOpen();
    const search = new SymbolSearch(prepareSymbolQuery(query));
    const read = readOptionsOf(options);
    if (this.#mayAnswer(read)) {
      const found = this.#findSymbols(search);
      const answer = await (read.signal === undefined ? found : withSignal(found, read.signal));
      if (answer !== undefined) return this.#counted(answer);
    }
    return this.#askOwner<QueryAnswer<FoundSymbol>>("symbols", [{ ...query }], read);
  }

  /** The owner answers from its index alone. Here a part of that may not be in shared memory: then the owner is asked. */
  async paths(query: MetadataQuery | PreparedMetadataQuery): Promise<readonly ProjectPath[]> {
    this.#assertOpen();
    const prepared = prepareQuery(query);
    const paths = this.#control.isBehind ? undefined : this.#index.paths(prepared);
    if (paths !== undefined) return this.#counted(Object.freeze(paths));
    return deepFreeze((await this.#owner.call("paths", [sentQuery(query)])) as readonly ProjectPath[]);
  }

  /** Like `paths`. */
  async count(query: MetadataQuery | PreparedMetadataQuery): Promise<number> {
    this.#assertOpen();
    const prepared = prepareQuery(query);
    const count = this.#control.isBehind ? undefined : this.#index.count(prepared);
    return count === undefined ? ((await this.#owner.call("count", [sentQuery(query)])) as number) : this.#counted(count);
  }

  /** Give plain data: the owner gets a structured clone, which has no inherited field. */
  async update(records: FileMetadataInput | readonly FileMetadataInput[]): Promise<WriteReport> {
    this.#assertOpen();
    const list = listOf("E_RECORD", "the records", records);
    return deepFreeze(
      (await this.#owner.call("update", [list]).catch((error: unknown) => this.#updateChecked(list, error))) as WriteReport,
    );
  }

  /** The owner checks every record, since any thread may send it any. So only what could not be sent is checked here, to name what is wrong in it. */
  #updateChecked(records: readonly unknown[], error: unknown): Promise<unknown> {
    if (!isMetacacheError(error, "E_ARGUMENT")) throw error;
    return this.#owner.call("update", [records.map(parseFileMetadata)]);
  }

  async remove(paths: string | readonly string[]): Promise<WriteReport> {
    this.#assertOpen();
    const parsed = listOf("E_PATH", "the paths", paths).map(parseProjectPath);
    return deepFreeze((await this.#owner.call("remove", [parsed])) as WriteReport);
  }

  async syncWithDatabase(): Promise<{ readonly revision: number }> {
    this.#assertOpen();
    return deepFreeze((await this.#owner.call("syncWithDatabase", [])) as { readonly revision: number });
  }

  /** Its time is up in this thread also if the owner's has no time to say so. */
  async waitForRevision(revision: number, options: WaitOptions = NO_OPTIONS): Promise<void> {
    this.#assertOpen();
    const { timeoutMs, signal } = waitOptionsOf(options);
    assertRevision(revision);
    const isReached = (): boolean => this.#control.revision >= revision;
    if (isReached()) return;
    const late = new AbortController();
    const cancel = this.#clock.schedule(timeoutMs, () => late.abort(this.#lateError(revision)), "awaited");
    const given = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]);
    try {
      await this.#owner.call("waitForRevision", [revision, { timeoutMs }], given);
    } catch (error) {
      if (error !== late.signal.reason || !isReached()) throw error;
    } finally {
      cancel();
    }
  }

  /** The owner's own check, of what it shares too. */
  async verify(): Promise<readonly Finding[]> {
    this.#assertOpen();
    return deepFreeze((await this.#owner.call("verify", [])) as readonly Finding[]);
  }

  /** What this thread's reading has cost so far. */
  statistics(): AttachedStatistics {
    return Object.freeze({ fromMemory: this.#fromMemory, fromOwner: this.#owner.calls, remembered: this.#records.statistics });
  }

  /** Lets go of the cache, which goes on; idempotent. */
  detach(): void {
    this.#records.forget();
    this.#index.forget();
    this.#owner.close();
  }

  [Symbol.dispose](): void {
    this.detach();
  }

  /**
   * From shared memory, if the index alone can answer; else from the owner, which has the records.
   *
   * @internal
   */
  protected async askReferences<T extends object>(
    question: ReferenceQuestion<T>,
    options: ReadOptions,
  ): Promise<T & AnswerState & ProvedAnswer> {
    this.#assertOpen();
    const make = question.prepare();
    const read = readOptionsOf(options);
    const found = this.#mayAnswer(read) ? this.#index.ask(make) : undefined;
    if (found !== undefined) return this.#counted(deepFreeze({ ...found.answer, ...this.#stateOf(found.situation) }));
    return this.#askOwner<T & AnswerState & ProvedAnswer>(question.method, question.args, read);
  }

  /** Whether shared memory may answer a read: not if the read waits for something, or the owner has committed what shared memory does not show yet. */
  #mayAnswer({ consistency }: ReadOptions): boolean {
    return (consistency === undefined || consistency === "cached") && !this.#control.isBehind;
  }

  async #askOwner<T>(method: Method, args: readonly unknown[], { consistency, timeoutMs, signal }: ReadOptions): Promise<T> {
    return deepFreeze((await this.#owner.call(method, [...args, { consistency, timeoutMs }], signal)) as T);
  }

  /** The whole answer from shared memory; `undefined` if some of it is not there. */
  #answer(query: PreparedQuery): QueryAnswer<Partial<FileMetadata>> | undefined {
    const page = sharedPageOfRecords(this.#control, this.#index, this.#records, query);
    if (page === undefined) return undefined;
    const { items, total, nextCursor, situation } = page;
    return Object.freeze({ items, total, ...(nextCursor !== undefined && { nextCursor }), ...this.#stateOf(situation) });
  }

  /** Like `#answer`. Images are looked through in slices. */
  async #findSymbols(search: SymbolSearch): Promise<QueryAnswer<FoundSymbol> | undefined> {
    for (;;) {
      const layers = this.#index.layers();
      if (layers === undefined) return undefined;
      if (search.hasLooked(layers)) break;
      await inSlices(search.look(layers), this.#clock);
      this.#assertOpen();
    }
    const found = this.#control.isBehind ? undefined : sharedPageOfSymbols(this.#control, this.#index, this.#records, search);
    if (found === undefined) return undefined;
    const { items, total, nextCursor, situation } = found;
    return Object.freeze({ items, total, ...(nextCursor !== undefined && { nextCursor }), ...this.#stateOf(situation) });
  }

  #lateError(revision: number): MetacacheError {
    return new MetacacheError(
      "E_TIMEOUT",
      `the cache is at revision ${this.#control.revision}, not yet at ${revision}, and the time is up`,
      { remedy: "give the wait more time with timeoutMs" },
    );
  }

  #stateOf({ revision, confirmedAt, unreadable }: Situation): Pick<QueryAnswer<never>, "revision" | "asOf" | "stale" | "unreadable"> {
    if (confirmedAt === 0) return { revision, asOf: this.#confirmedAt.now, stale: true, unreadable };
    // The owner's other clock is not this thread's: how long it has been said is known from here on.
    if (confirmedAt !== this.#confirmedAt.now) this.#confirmedAt = { now: confirmedAt, us: this.#clock.microseconds() };
    return { revision, asOf: confirmedAt, stale: elapsedSince(this.#confirmedAt, this.#clock) > this.#staleAfterMs, unreadable };
  }

  #counted<T>(answer: T): T {
    this.#fromMemory++;
    return answer;
  }

  #assertOpen(): void {
    if (this.#control.isClosed || this.#owner.isClosed) throw closedError(this.project);
  }
}

type AttachWays = Readonly<{ [K in keyof AttachOptions]-?: Exclude<AttachOptions[K], undefined> }>;

const REMEMBER_BYTES = 8 * 1_024 * 1_024;
const MAX_REMEMBER_BYTES = 4 * 1_024 * 1_024 * 1_024;

/** The owner's thread has the introduction by then; who does not answer at all does not share this cache any more. */
const WELCOME_MS = 10_000;

/**
 * Attaches this thread to a cache that another thread has shared. Resolves when the owner has greeted it. Throws `E_CLOSED` where the owner's thread has
 * ended, or the cache was shut down.
 */
export async function attachMetadataCache(handle: CacheHandle, options: AttachOptions = {}): Promise<AttachedCache> {
  const problems = new Problems();
  const ways = readInput("E_CONFIG", "what attachMetadataCache was given", () => {
    const { metacache, project, ownerThread, staleAfterMs, control, records } = problems.object("handle", handle);
    const areTexts = typeof metacache === "string" && typeof project === "string";
    const areNumbers = typeof ownerThread === "number" && typeof staleAfterMs === "number";
    if (!areTexts || !areNumbers || !(control instanceof SharedArrayBuffer) || typeof records !== "object" || records === null)
      problems.add("handle", "must be what share() of a cache returned, whole and in the same process");
    const { clock, rememberBytes = REMEMBER_BYTES } = problems.object("options", options, ["clock", "rememberBytes"]);
    return {
      clock: problems.withMethods("clock", clock as Clock | undefined, CLOCK_METHODS) ?? systemClock,
      rememberBytes: problems.integer("rememberBytes", rememberBytes, 0, MAX_REMEMBER_BYTES),
    };
  });
  if (problems.found.length > 0) throw new ConfigError("attachMetadataCache", problems.found);
  return AttachedCache.attach(handle, ways);
}

function closedError(project: string): MetacacheError {
  return new MetacacheError("E_CLOSED", `the shared cache of project ${describe(project)} is shut down, or this thread was detached`, {
    remedy: "attach to another one",
  });
}

/** For what was under way when the connection ended. */
function lostError(project: string, method: Method | undefined): MetacacheError {
  if (method !== "update" && method !== "remove") return closedError(project);
  return new DatabaseUnavailableError(
    "uncertain",
    `nobody knows whether this ${method} of project ${describe(project)} was committed: its cache ended, or this thread was detached, before the answer came`,
    { remedy: "read the records before you write them again" },
  );
}

function sentQuery(query: MetadataQuery | PreparedMetadataQuery): MetadataQuery {
  return { ...(query instanceof PreparedMetadataQuery ? query.query : query) };
}
