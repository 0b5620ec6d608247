import { type Moment, systemClock } from "../../src/base/clock.ts";
import { type Logger, silentLogger } from "../../src/base/logger.ts";
import type { StoredChange } from "../../src/database/metadata-database.ts";
import { finished, IndexManager } from "../../src/indexing/index-manager.ts";
import type { FileMetadata, FunctionMetadata } from "../../src/record/file-metadata.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { termsOf } from "../../src/record/terms.ts";
import { prepareQuery } from "../../src/query/prepared-query.ts";
import { QueryEngine } from "../../src/query/query-engine.ts";
import { type StateEvent, StateEvents, type StateListener } from "../../src/state/state-events.ts";
import { CacheShare, type SharedState } from "../../src/threads/owner/cache-share.ts";
import type { Method } from "../../src/threads/protocol/thread-messages.ts";
import { flush } from "../support/flush-index.ts";
import { recordOf } from "../support/small-records.ts";

export const RESIDUES = 5;

/**
 * The files at one step of the owner: the files from 0 to `count`, and how many of them have
 * which function.
 */
export interface State {
  readonly revision: number;
  readonly count: number;
  readonly withFunction: readonly number[];
}

const TEMPLATE = recordOf({ path: "template.ts" });
const FUNCTIONS = recordOf({ path: "a.ts", functions: Array.from({ length: RESIDUES }, (_, residue) => `f${residue}`) }).functions;

export function pathOf(number: number): ProjectPath {
  return `src/${String(number).padStart(6, "0")}.ts` as ProjectPath;
}

/** The words in which the owner says which step it has begun, and which it has done. */
export const BEGUN = 0;
export const DONE = 1;

/**
 * A shared cache that a test drives directly, without a database: some thousand states a second,
 * all of which are known afterwards.
 */
export class DrivenShare implements SharedState {
  confirmedAt: Moment = { now: 7, us: 7 };
  isOutdated = false;
  readonly debt = undefined;
  readonly #events = new StateEvents();
  readonly unreadable: Map<ProjectPath, string> = new Map();
  readonly share: CacheShare;
  readonly steps: Int32Array = new Int32Array(new SharedArrayBuffer(8));
  readonly states: State[] = [{ revision: 0, count: 0, withFunction: Array.from({ length: RESIDUES }, () => 0) }];
  readonly #versions = new Map<number, { readonly step: number; readonly version: number }[]>();
  readonly #records = new Map<ProjectPath, FileMetadata>();
  index: IndexManager = new IndexManager();
  revision = 0;
  readonly #withFunction = Array.from({ length: RESIDUES }, () => 0);
  #version = 0;

  constructor(logger: Logger = silentLogger) {
    const sizes = { recordBytes: 512 * 1_024, staleAfterMs: 60_000, logBytes: 16 * 1_024 };
    const call = (method: Method, args: readonly unknown[]): Promise<unknown> => this.#call(method, args);
    this.share = new CacheShare({ project: "driven", state: this, call }, sizes, systemClock, logger);
  }

  subscribe(listener: StateListener): () => void {
    return this.#events.subscribe(listener);
  }

  get count(): number {
    return this.#records.size;
  }

  *residents(): Generator<FileMetadata, void, undefined> {
    yield* this.#records.values();
  }

  peek(path: ProjectPath): FileMetadata | undefined {
    return this.#records.get(path);
  }

  revisionOf(path: ProjectPath): number | undefined {
    const id = this.index.idOf(path);
    return id === undefined ? undefined : this.index.revisionOf(id);
  }

  async #call(method: Method, [query]: readonly unknown[]): Promise<unknown> {
    const engine = new QueryEngine(this.index);
    if (method === "count") return engine.count(prepareQuery(query));
    if (method === "verify") return this.share.verify();
    if (method === "getMetadata") return this.#records.get(query as ProjectPath);
    const page = engine.page(prepareQuery(query));
    const paths = page.ids.map((id) => this.index.pathOf(id));
    if (method === "paths") return paths;
    return { items: paths.map((path) => this.#records.get(path)), total: page.total, revision: this.revision };
  }

  /**
   * Puts new versions of some files, new ones at the end, or takes some away from the end: one
   * commit.
   */
  commit(put: readonly number[], removed: number): void {
    const changes: StoredChange[] = put.map((number) => ({
      path: pathOf(number),
      revision: ++this.revision,
      record: this.#newVersion(number),
    }));
    for (let left = removed; left > 0; left--) {
      const number = this.count - 1;
      changes.push({ path: pathOf(number), revision: ++this.revision, deleted: true });
      this.#forget(number);
    }
    this.#step({ kind: "advanced", changes, position: { epoch: "driven", revision: this.revision, token: 1, horizon: 0 } });
  }

  /**
   * As after a load of a database that was put back: as many files as one likes, at a revision that
   * may have been before, all of other content.
   */
  replace(count: number, revision: number): void {
    while (this.count > 0) this.#forget(this.count - 1);
    this.index = new IndexManager();
    this.revision = revision - count;
    for (let number = 0; number < count; number++) {
      this.revision++;
      this.#newVersion(number);
    }
    this.#step({ kind: "replaced", load: this });
  }

  /** As when the images of the index are merged: its content is the same. */
  merge(): void {
    const due = this.index.mergeDue();
    if (due.length === 0) return;
    finished(this.index.merge(due));
    this.#events.emit({ kind: "merged", whole: undefined });
  }

  /** As when the cache was found equal to the database. */
  confirm(now: number): void {
    this.confirmedAt = { now, us: 7 };
    this.#events.emit({ kind: "confirmed" });
  }

  /** As when the database turns out to be on another history. */
  outdate(): void {
    this.isOutdated = true;
    this.#events.emit({ kind: "outdated" });
  }

  /** As when a record comes into memory. */
  admit(record: FileMetadata): void {
    this.#events.emit({ kind: "admitted", record, revision: this.revisionOf(record.path) ?? 0 });
  }

  /** The version that a file had after a step; `undefined` if it was not there. */
  versionAt(number: number, step: number): number | undefined {
    const last = this.#versions.get(number)?.findLast((version) => version.step <= step);
    return last === undefined || last.version === 0 ? undefined : last.version;
  }

  #newVersion(number: number): FileMetadata {
    const version = ++this.#version;
    const record = {
      ...TEMPLATE,
      path: pathOf(number),
      modifiedAt: version,
      functions: [FUNCTIONS[version % RESIDUES] as FunctionMetadata],
    };
    this.#tally(number, -1);
    this.#records.set(record.path, record);
    this.#tally(number, 1);
    this.index.put(record, this.revision, termsOf(record));
    if (this.index.frozen.length > 0) flush(this.index);
    this.#note(number, version);
    return record;
  }

  #tally(number: number, by: number): void {
    const version = this.#records.get(pathOf(number))?.modifiedAt;
    if (version !== undefined) this.#withFunction[version % RESIDUES] = (this.#withFunction[version % RESIDUES] ?? 0) + by;
  }

  #forget(number: number): void {
    this.#tally(number, -1);
    this.#records.delete(pathOf(number));
    this.index.remove(pathOf(number));
    this.#note(number, 0);
  }

  #note(number: number, version: number): void {
    const versions = this.#versions.get(number) ?? [];
    versions.push({ step: this.states.length, version });
    this.#versions.set(number, versions);
  }

  #step(event: StateEvent): void {
    this.states.push({ revision: this.revision, count: this.count, withFunction: [...this.#withFunction] });
    Atomics.store(this.steps, BEGUN, this.states.length - 1);
    this.#events.emit(event);
    Atomics.store(this.steps, DONE, this.states.length - 1);
  }
}
