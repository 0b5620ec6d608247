import { assert } from "../base/assert.ts";
import type { Moment } from "../base/clock.ts";
import { type Finding, finding } from "../base/finding.ts";
import type { StoredChange, StorePosition } from "../database/metadata-database.ts";
import type { Image } from "../indexing/image/image.ts";
import { finished, IndexManager } from "../indexing/index-manager.ts";
import type { RecordId } from "../indexing/record-id.ts";
import type { Renumbering } from "../indexing/renumbering.ts";
import { TermsByRecord } from "../indexing/terms-by-record.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { INDEX_NAMES, sameTerms, termsOf } from "../record/terms.ts";
import type { QueryEngine } from "../query/query-engine.ts";
import type { Admission, CacheStorage } from "../storage/cache-storage.ts";
import type { Advance, Confirmed, Debt, PendingLoad, Standpoint, StoreAnswer, SyncCounts, SyncSink, Verdict } from "../sync/sync-sink.ts";
import { FollowedRows, type KnownRow } from "./followed-rows.ts";
import { applyChanges, hasSameRevision, type IndexedProject, indexedProject, NOTHING_KNOWN } from "./indexed-project.ts";
import { StateEvents, type StateListener, type WholeIndex } from "./state-events.ts";
import { StateLoad } from "./state-load.ts";
import { StoreTimeline } from "./store-timeline.ts";

/** Where a load has come to. */
export interface Replacement {
  readonly position: StorePosition;
  readonly history: number;
  /** The store was at `position` after this question. */
  readonly question: number;
  /** Whether what is known of the present state still counts. In another history the same revision may mean other content. */
  readonly continues: boolean;
}

/**
 * The index of one project at exactly one revision, and the records that are resident with it (law 2).
 *
 * There is one way on: `apply`, which takes every change from exactly this position to a later one and makes all of them at once, in one
 * turn of the event loop, so that no reader sees a state in between. Everything else is refused: it would leave a gap, or mix two histories.
 * A load builds a whole new state aside and takes its place at once. Whatever happens is told once, as a `StateEvent`.
 */
export class CacheState implements SyncSink {
  readonly storage: CacheStorage;
  readonly #timeline = new StoreTimeline();
  readonly #events = new StateEvents();
  /** How many changes are frozen together; `undefined` for the index's own default. */
  readonly maxRecent: number | undefined;
  #indexed: IndexedProject;
  #confirmedAt: Moment = { now: 0, us: 0 };
  #debt: Debt | undefined;

  constructor(storage: CacheStorage, maxRecent?: number) {
    this.storage = storage;
    this.maxRecent = maxRecent;
    this.#indexed = indexedProject(new IndexManager(maxRecent));
  }

  get position(): StorePosition | undefined {
    return this.#timeline.position;
  }

  get revision(): number {
    return this.#timeline.position?.revision ?? 0;
  }

  /** Whether the database is on another history than this state, or the state is broken: only a load helps. */
  get isOutdated(): boolean {
    return this.#timeline.isOutdated;
  }

  get knownSince(): number {
    return this.#timeline.knownSince;
  }

  /** When this state was last known to equal the database. */
  get confirmedAt(): Moment {
    return this.#confirmedAt;
  }

  /** What was committed here and is not shown yet: to be read before anything is answered (law 3). */
  get debt(): Debt | undefined {
    return this.#debt;
  }

  /** Another object after a load. */
  get index(): IndexManager {
    return this.#indexed.index;
  }

  get engine(): QueryEngine {
    return this.#indexed.engine;
  }

  /** Rows that the database has at this revision but that cannot be read, each with why. */
  get unreadable(): ReadonlyMap<ProjectPath, string> {
    return this.#indexed.unreadable;
  }

  /** The revision of the path's last change; `undefined` if the index has no such path. */
  revisionOf(path: ProjectPath): number | undefined {
    const id = this.index.idOf(path);
    return id === undefined ? undefined : this.index.revisionOf(id);
  }

  peek(path: ProjectPath): FileMetadata | undefined {
    return this.storage.peekByPath(path);
  }

  residents(): Generator<FileMetadata, void, undefined> {
    return this.storage.residents();
  }

  /** Returns how to end the subscription. */
  subscribe(listener: StateListener): () => void {
    return this.#events.subscribe(listener);
  }

  /** Runs a read. Whatever changes while it waits is noted for it. */
  async follow<T>(read: (followed: FollowedRows) => Promise<T>): Promise<T> {
    const followed = new FollowedRows();
    const end = this.subscribe((event) => followed.take(event));
    try {
      return await read(followed);
    } finally {
      end();
    }
  }

  ask(): Standpoint {
    return { position: this.#timeline.position, debt: this.#debt, ...this.#timeline.ask() };
  }

  seen(asked: Standpoint, answer: StoreAnswer): Verdict {
    const before = this.#timeline.history;
    const verdict = this.#timeline.seen(asked, answer);
    if (this.#timeline.history !== before) this.#events.emit({ kind: "outdated" });
    return verdict;
  }

  /** Whether what was asked for at `asked` still says something of this state. */
  isCurrent(asked: Standpoint): boolean {
    return asked.history === this.#timeline.history;
  }

  confirm(at: Moment, { question, debt }: Confirmed): void {
    this.#timeline.confirm(question);
    if (debt !== undefined && debt === this.#debt) this.#debt = undefined;
    const before = this.#confirmedAt;
    if (at.us > before.us || (at.us === before.us && at.now >= before.now)) this.#confirmedAt = at;
    this.#events.emit({ kind: "confirmed" });
  }

  /** Something was committed at `revision` that this state does not show, because of `cause`. */
  owe(revision: number, cause: unknown): void {
    this.#debt = { revision, cause };
    this.#events.emit({ kind: "confirmed" });
  }

  apply(advance: Advance, admission: Admission = "if-room"): SyncCounts | undefined {
    if (!this.#timeline.canTake(advance)) return undefined;
    const { revision } = this;
    assert(advance.position.revision >= revision, "an advance does not go back");
    assert(isWithin(advance), "an advance's changes are of the revisions that it spans");
    const counts = this.#change(advance.changes, revision, admission);
    this.#timeline.advance(advance);
    this.#events.emit({ kind: "advanced", changes: advance.changes, position: advance.position });
    return counts;
  }

  /** Takes one record out of memory. */
  drop(path: ProjectPath): void {
    this.#dropResident(path);
    this.#events.emit({ kind: "dropped", path });
  }

  /** Takes every record out of memory. */
  clear(): void {
    this.storage.clear();
    this.#events.emit({ kind: "dropped", path: undefined });
  }

  /**
   * Makes a loaded record resident, if it is still what this revision has: neither older than what is known of its path (law 5), nor newer,
   * nor perhaps of another history. A row that turns out to be unreadable, although the feed does not know of it, is set apart, so that it
   * hides no other.
   */
  admit({ row, provenTo }: KnownRow, admission: Admission): void {
    if (row === undefined || this.isOutdated || row.revision > provenTo) return;
    const id = this.index.idOf(row.path);
    if (id === undefined || this.index.revisionOf(id) !== row.revision) return;
    if (row.record === undefined) {
      this.#change([row], NOTHING_KNOWN, admission);
      const position = this.#timeline.position;
      assert(position !== undefined, "what has an index has a position");
      this.#events.emit({ kind: "advanced", changes: [row], position });
    } else if (!this.storage.has(row.path)) {
      assert(row.path === row.record.path, "a record comes in under its own path");
      this.storage.put(id, row.record, admission);
      this.#events.emit({ kind: "admitted", record: row.record, revision: row.revision });
    }
  }

  /** The row's record, if the row's last change is proved to be the one that the index knows. */
  fitting(id: RecordId, known: KnownRow | undefined): FileMetadata | undefined {
    if (known?.row === undefined || this.isOutdated || known.row.revision > known.provenTo) return undefined;
    return known.row.revision === this.index.revisionOf(id) ? known.row.record : undefined;
  }

  /**
   * Whether what a reader has found of a path shows that the database is not where this state takes it to be. A row that is older than it can
   * be, or is missing at the very revision at which the index has it, can be settled by no change: then the state is outdated.
   */
  isPast(path: ProjectPath, known: KnownRow | undefined): boolean {
    if (this.isOutdated) return true;
    const indexed = this.revisionOf(path);
    if (known === undefined || indexed === undefined) return false;
    const found = known.row?.revision ?? 0;
    const cannotBe = known.row === undefined ? known.asOf === this.revision : known.asOf >= this.revision && found < indexed;
    if (cannotBe) this.#leave();
    return cannotBe || known.row === undefined || found > indexed;
  }

  beginLoad(asked: Standpoint, answer: StoreAnswer): PendingLoad {
    const isCurrent = this.isCurrent(asked);
    this.seen(asked, answer);
    // What others have learnt meanwhile may be later than the answer: then the load does not make up for it.
    const history = isCurrent ? this.#timeline.history : asked.history;
    return new StateLoad(this, this.#events, { position: answer.position, question: asked.question, history });
  }

  /** Whether the content of this state is of `history`, so that its revisions can be compared with others of it. */
  owns(history: number): boolean {
    return this.#timeline.owns(history);
  }

  /** Puts what `load` has built in the place of the present content. */
  replace(load: object, loaded: IndexedProject, { position, history, question, continues }: Replacement): void {
    const isFirst = this.position === undefined;
    const counts = continues && this.owns(history);
    const begins = !isFirst && !counts && history === this.#timeline.history;
    if (begins) this.#leave();
    const { index } = this;
    const idOf = ({ path }: FileMetadata): RecordId | undefined =>
      counts && hasSameRevision(index, loaded.index, path) ? loaded.index.idOf(path) : undefined;
    if (!isFirst) finished(this.storage.locate(idOf));
    assert(this.storage.count <= loaded.index.size, "what is resident is indexed");
    this.#indexed = loaded;
    this.#timeline.replace(position, begins ? this.#timeline.history : history, question);
    this.#events.emit({ kind: "replaced", load });
  }

  /** Begins with an index that was kept, in the place of a first load, and what has changed since: all of `since`, from the position of `image` on. */
  restore(image: Image, since: Advance): void {
    assert(this.position === undefined, "a state begins once");
    this.#indexed = indexedProject(IndexManager.of(image, this.maxRecent));
    this.#timeline.replace(since.from, this.#timeline.history, 0);
    this.#events.emit({ kind: "replaced", load: image });
    this.apply(since);
  }

  /** The index lies in other layers now. */
  renumber(renumbering: Renumbering, whole: WholeIndex | undefined): void {
    this.storage.renumber(renumbering);
    this.#events.emit({ kind: "merged", whole });
  }

  /** Takes records out of memory that are known to be out of date. */
  dropResidents(paths: Iterable<ProjectPath>): void {
    for (const path of paths) this.#dropResident(path);
  }

  /** Recomputes what must hold between the parts; returns what does not. O(index and residents). */
  verify(): Finding[] {
    const findings = [...this.index.verify(), ...this.storage.verify()];
    const terms = new TermsByRecord();
    for (const record of this.residents()) findings.push(...this.#verifyResident(record, terms));
    for (const path of this.unreadable.keys()) {
      if (this.index.idOf(path) !== undefined)
        findings.push(finding("STATE_UNREADABLE", `${JSON.stringify(path)} is indexed although its row cannot be read`, { path }));
    }
    return findings;
  }

  #verifyResident(record: FileMetadata, terms: TermsByRecord): Finding[] {
    const { path } = record;
    const name = JSON.stringify(path);
    const id = this.index.idOf(path);
    if (id === undefined || this.storage.peek(id) !== record)
      return [finding("STATE_RECORD", `${name} is resident under an id that is not its own`, { path })];
    const findings: Finding[] = [];
    const indexed = terms.termsOf(this.index, id);
    const own = termsOf(record);
    for (const index of INDEX_NAMES) {
      if (!sameTerms(indexed[index], own[index]))
        findings.push(finding("STATE_TERMS", `${name} is indexed under other ${index} terms than its own`, { path }));
    }
    if (this.index.sizeOf(id) !== record.size || this.index.modifiedAtOf(id) !== record.modifiedAt)
      findings.push(finding("STATE_RECORD", `${name} is indexed with another size or time than its own`, { path }));
    return findings;
  }

  #change(changes: readonly StoredChange[], known: number, admission: Admission): SyncCounts {
    try {
      return applyChanges(this.#indexed, changes, known, this.storage, admission);
    } catch (error) {
      // It may have been made in part: nothing here is to be relied on until a load has replaced it.
      this.#leave();
      this.owe(this.revision, error);
      throw error;
    }
  }

  #leave(): void {
    this.#timeline.leave();
    this.#events.emit({ kind: "outdated" });
  }

  #dropResident(path: ProjectPath): void {
    this.storage.remove(path);
  }
}

function isWithin({ position, changes }: Advance): boolean {
  let last = 0;
  for (const { revision } of changes) {
    if (revision < last || revision > position.revision) return false;
    last = revision;
  }
  return true;
}
