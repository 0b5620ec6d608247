import { MessageChannel, postMessageToThread } from "node:worker_threads";
import { withSignal } from "../../base/abort.ts";
import { type Clock, CLOCK_METHODS, elapsedSince, type Moment, systemClock } from "../../base/clock.ts";
import { ConfigError, DatabaseUnavailableError, isMetacacheError, MetacacheError } from "../../base/errors.ts";
import type { Finding } from "../../base/finding.ts";
import { inSlices } from "../../base/slices.ts";
import { describe, Problems, readInput } from "../../base/validation.ts";
import type { FileMetadata, FileMetadataInput, MetadataField } from "../../record/file-metadata.ts";
import { parseFileMetadata } from "../../record/parsing/parse-file-metadata.ts";
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
import { ControlBlock, type PublishedState } from "../protocol/control-block.ts";
import { deepFreeze } from "../../base/deep-freeze.ts";
import type { AttachRequest } from "../protocol/attach-requests.ts";
import { OwnerConnection } from "./owner-connection.ts";
import { SharedIndexReader } from "./shared-index-reader.ts";
import { sharedRecordsAnswer, sharedSymbolsAnswer } from "./shared-answer.ts";
import { type RememberedStatistics, SharedRecordsReader } from "./shared-records-reader.ts";
import type { Method } from "../protocol/thread-messages.ts";

/** The costs of a thread's reads. */
export interface AttachedStatistics {
  /** How many of this thread's answers came from shared memory. */
  readonly fromMemory: number;
  /** How many came from the owner. */
  readonly fromOwner: number;
  /** The records that this thread has unpacked and remembers. */
  readonly remembered: RememberedStatistics;
}

/** Options of `attachMetadataCache`. */
export interface AttachOptions {
  /**
   * How many bytes of unpacked records this thread remembers: from 0 to 4 GiB, by default 8 MiB.
   * Records that were not used lately leave first.
   */
  readonly rememberBytes?: number | undefined;
  /** For tests. Default: `systemClock`. */
  readonly clock?: Clock | undefined;
}

/**
 * A cache that another thread of this process owns, read in this thread. Records and queries that
 * are in shared memory are answered from there, without a lock and without the owner. The owner
 * does everything else (a load, a write, a read of "latest"). The same laws hold: each answer is of
 * one revision, revisions never go back in this thread, a thread sees its own writes, and it sees
 * every write that was acknowledged anywhere in the process before the call.
 *
 * Get one from `attachMetadataCache`. After `detach`, and after the owner's shutdown, every call
 * throws `E_CLOSED`.
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

  private constructor(handle: CacheHandle, owner: OwnerConnection, { clock, rememberBytes }: AttachSettings) {
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
  static async attach(handle: CacheHandle, settings: AttachSettings): Promise<AttachedCache> {
    const control = new ControlBlock(handle.control);
    if (control.isClosed) throw closedError(handle.project);
    const { port1, port2 } = new MessageChannel();
    const request: AttachRequest = { metacache: handle.metacache, port: port2 };
    const owner = new OwnerConnection(port1, (method) => lostError(handle.project, method));
    try {
      await postMessageToThread(handle.ownerThread, request, [port2]);
    } catch (error) {
      port1.close();
      throw new MetacacheError(
        "E_CLOSED",
        `thread ${handle.ownerThread}, which owns the cache of ${describe(handle.project)}, cannot be reached`,
        {
          remedy: "share the cache in a thread that is still running, and attach to the new handle",
          cause: error,
        },
      );
    }
    const cancel = settings.clock.schedule(WELCOME_MS, () => owner.close());
    await owner.welcome.finally(cancel);
    owner.attached();
    return new AttachedCache(handle, owner, settings);
  }

  /** The current revision of the cache. */
  get revision(): number {
    this.#assertOpen();
    return this.#control.revision;
  }

  /**
   * Returns the record if it is in shared memory. Never asks the owner. Costs one look-up if the
   * record was read before and has not changed. Returns `undefined` while the owner has committed a
   * write that shared memory does not show yet (`WriteReport.behind`).
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

  /**
   * The paths that match. The owner answers from its index alone. This thread answers if shared
   * memory has the whole index at this moment, otherwise it asks the owner.
   */
  async paths(query: MetadataQuery | PreparedMetadataQuery): Promise<readonly ProjectPath[]> {
    this.#assertOpen();
    const prepared = prepareQuery(query);
    const paths = this.#control.isBehind ? undefined : this.#index.paths(prepared);
    if (paths !== undefined) return this.#counted(Object.freeze(paths));
    return deepFreeze((await this.#owner.call("paths", [sentQuery(query)])) as readonly ProjectPath[]);
  }

  /** The number of records that match. Answered like `paths`. */
  async count(query: MetadataQuery | PreparedMetadataQuery): Promise<number> {
    this.#assertOpen();
    const prepared = prepareQuery(query);
    const count = this.#control.isBehind ? undefined : this.#index.count(prepared);
    return count === undefined ? ((await this.#owner.call("count", [sentQuery(query)])) as number) : this.#counted(count);
  }

  /**
   * Writes records. Pass plain data: the owner gets a structured clone, which has no inherited
   * fields.
   */
  async update(records: FileMetadataInput | readonly FileMetadataInput[]): Promise<WriteReport> {
    this.#assertOpen();
    const list = listOf("E_RECORD", "the records", records);
    return deepFreeze(
      (await this.#owner.call("update", [list]).catch((error: unknown) => this.#updateChecked(list, error))) as WriteReport,
    );
  }

  /**
   * The owner checks every record, since any thread may send any data. So records are checked here
   * only if they could not be sent, to name what is wrong in them.
   */
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

  /** The time limit is kept in this thread, even if the owner's thread is too busy to answer. */
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

  /** Runs the owner's own check, which includes what it shares. */
  async verify(): Promise<readonly Finding[]> {
    this.#assertOpen();
    return deepFreeze((await this.#owner.call("verify", [])) as readonly Finding[]);
  }

  /** The costs of this thread's reads so far. */
  statistics(): AttachedStatistics {
    return Object.freeze({ fromMemory: this.#fromMemory, fromOwner: this.#owner.calls, remembered: this.#records.statistics });
  }

  /** Detaches this thread. The cache itself goes on. A second call does nothing. */
  detach(): void {
    this.#records.forget();
    this.#index.forget();
    this.#owner.close();
  }

  [Symbol.dispose](): void {
    this.detach();
  }

  /**
   * Answers from shared memory if the index alone is enough. Otherwise asks the owner, which has
   * the records.
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
    if (found !== undefined) return this.#counted(deepFreeze({ ...found.answer, ...this.#stateOf(found.published) }));
    return this.#askOwner<T & AnswerState & ProvedAnswer>(question.method, question.args, read);
  }

  /**
   * Returns true if shared memory may answer a read: the read does not wait for anything, and
   * shared memory shows every write that the owner has committed.
   */
  #mayAnswer({ consistency }: ReadOptions): boolean {
    return (consistency === undefined || consistency === "cached") && !this.#control.isBehind;
  }

  async #askOwner<T>(method: Method, args: readonly unknown[], { consistency, timeoutMs, signal }: ReadOptions): Promise<T> {
    return deepFreeze((await this.#owner.call(method, [...args, { consistency, timeoutMs }], signal)) as T);
  }

  /** The whole answer from shared memory, or `undefined` if a part of it is not there. */
  #answer(query: PreparedQuery): QueryAnswer<Partial<FileMetadata>> | undefined {
    const page = sharedRecordsAnswer(this.#control, this.#index, this.#records, query);
    if (page === undefined) return undefined;
    const { items, total, nextCursor, published } = page;
    return Object.freeze({ items, total, ...(nextCursor !== undefined && { nextCursor }), ...this.#stateOf(published) });
  }

  /** Like `#answer`. Searches images in slices. */
  async #findSymbols(search: SymbolSearch): Promise<QueryAnswer<FoundSymbol> | undefined> {
    for (;;) {
      const layers = this.#index.layers();
      if (layers === undefined) return undefined;
      if (search.hasSearched(layers)) break;
      await inSlices(search.searchImages(layers), this.#clock);
      this.#assertOpen();
    }
    const found = this.#control.isBehind ? undefined : sharedSymbolsAnswer(this.#control, this.#index, this.#records, search);
    if (found === undefined) return undefined;
    const { items, total, nextCursor, published } = found;
    return Object.freeze({ items, total, ...(nextCursor !== undefined && { nextCursor }), ...this.#stateOf(published) });
  }

  #lateError(revision: number): MetacacheError {
    return new MetacacheError("E_TIMEOUT", `the cache is at revision ${this.#control.revision} and did not reach ${revision} in time`, {
      remedy: "give the wait more time with timeoutMs",
    });
  }

  #stateOf({ revision, confirmedAt, unreadable }: PublishedState): Pick<QueryAnswer<never>, "revision" | "asOf" | "stale" | "unreadable"> {
    if (confirmedAt === 0) return { revision, asOf: this.#confirmedAt.now, stale: true, unreadable };
    // The owner's other clock is not this thread's clock. So this thread measures the age of the
    // confirmation from when it first reads it.
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

type AttachSettings = Readonly<{ [K in keyof AttachOptions]-?: Exclude<AttachOptions[K], undefined> }>;

const REMEMBER_BYTES = 8 * 1_024 * 1_024;
const MAX_REMEMBER_BYTES = 4 * 1_024 * 1_024 * 1_024;

/**
 * By now the owner's thread has the request to attach. An owner that does not answer at all does
 * not share this cache any more.
 */
const WELCOME_MS = 10_000;

/**
 * Attaches this thread to a cache that another thread has shared. Resolves when the owner has
 * answered. Throws `E_CLOSED` if the owner's thread has ended, or if the cache was shut down.
 */
export async function attachMetadataCache(handle: CacheHandle, options: AttachOptions = {}): Promise<AttachedCache> {
  const problems = new Problems();
  const settings = readInput("E_CONFIG", "what attachMetadataCache was given", () => {
    const { metacache, project, ownerThread, staleAfterMs, control, records } = problems.object("handle", handle);
    const areTexts = typeof metacache === "string" && typeof project === "string";
    const areNumbers = typeof ownerThread === "number" && typeof staleAfterMs === "number";
    if (!areTexts || !areNumbers || !(control instanceof SharedArrayBuffer) || typeof records !== "object" || records === null)
      problems.add("handle", "must be the whole handle that share() of a cache returned in this process");
    const { clock, rememberBytes = REMEMBER_BYTES } = problems.object("options", options, ["clock", "rememberBytes"]);
    return {
      clock: problems.withMethods("clock", clock as Clock | undefined, CLOCK_METHODS) ?? systemClock,
      rememberBytes: problems.integer("rememberBytes", rememberBytes, 0, MAX_REMEMBER_BYTES),
    };
  });
  if (problems.found.length > 0) throw new ConfigError("attachMetadataCache", problems.found);
  return AttachedCache.attach(handle, settings);
}

function closedError(project: string): MetacacheError {
  return new MetacacheError("E_CLOSED", `the shared cache of project ${describe(project)} is shut down, or this thread was detached`, {
    remedy: "attach to another shared cache",
  });
}

/** The error for calls that were waiting when the connection ended. */
function lostError(project: string, method: Method | undefined): MetacacheError {
  if (method !== "update" && method !== "remove") return closedError(project);
  return new DatabaseUnavailableError(
    "uncertain",
    `this ${method} of project ${describe(project)} may or may not be committed: the cache was shut down, or this thread was detached, before the answer came`,
    { remedy: "read the records before you write them again" },
  );
}

function sentQuery(query: MetadataQuery | PreparedMetadataQuery): MetadataQuery {
  return { ...(query instanceof PreparedMetadataQuery ? query.query : query) };
}
