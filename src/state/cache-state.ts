import { assert } from "../base/assert.ts";
import type { Moment } from "../base/clock.ts";
import { type Finding, finding } from "../base/finding.ts";
import type { StoredChange, StorePosition } from "../database/metadata-database.ts";
import type { Image } from "../indexing/image/image.ts";
import { finished, IndexManager } from "../indexing/index-manager.ts";
import type { RecordId } from "../indexing/record-id.ts";
import type { Renumbering } from "../indexing/layers/renumbering.ts";
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

/** The end of a load: where the new state is, and how it relates to the present one. */
export interface Replacement {
  readonly position: StorePosition;
  readonly history: number;
  /** The load asked this question, and found the store at `position` afterwards. */
  readonly question: number;
  /**
   * True if what is known of the present state still counts. False if the load is of another
   * history: there the same revision may mean other content.
   */
  readonly continues: boolean;
}

/**
 * The index of one project at exactly one revision, and the residents of the same revision (law 2).
 *
 * `apply` is the only way to a later revision. It takes all changes from exactly the present
 * position to a later one, and makes all of them in one turn of the event loop. So no reader sees a
 * state in between. `apply` refuses all other changes, because they would leave a gap or mix two
 * histories. A load builds a whole new state beside the present one, and replaces it at once. Every
 * change of the state emits one `StateEvent`.
 */
export class CacheState implements SyncSink {
  readonly storage: CacheStorage;
  readonly #timeline = new StoreTimeline();
  readonly #events = new StateEvents();
  /** After how many changes a layer is frozen. `undefined` means the default of the index. */
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

  /**
   * True if the database is on another history than this state, or if the state is broken. Then
   * only a load helps.
   */
  get isOutdated(): boolean {
    return this.#timeline.isOutdated;
  }

  get knownSince(): number {
    return this.#timeline.knownSince;
  }

  /** The last moment at which this state was known to equal the database. */
  get confirmedAt(): Moment {
    return this.#confirmedAt;
  }

  /**
   * A write that was committed here and that this state does not show yet. A read must catch up
   * with it before it answers (law 3).
   */
  get debt(): Debt | undefined {
    return this.#debt;
  }

  /** The index. A load replaces the object. */
  get index(): IndexManager {
    return this.#indexed.index;
  }

  get engine(): QueryEngine {
    return this.#indexed.engine;
  }

  /**
   * The rows that the database has at this revision and that cannot be read, each with the reason.
   */
  get unreadable(): ReadonlyMap<ProjectPath, string> {
    return this.#indexed.unreadable;
  }

  /**
   * Returns the revision of the path's last change. `undefined` if the index does not have the
   * path.
   */
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

  /** Returns a function that ends the subscription. */
  subscribe(listener: StateListener): () => void {
    return this.#events.subscribe(listener);
  }

  /** Runs a read, and notes for it every change that happens during the read. */
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

  /** True if an answer to the question asked at `asked` still applies to this state. */
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

  /**
   * Notes that a write was committed at `revision`, and that this state cannot show it because of
   * `cause`.
   */
  owe(revision: number, cause: unknown): void {
    this.#debt = { revision, cause };
    this.#events.emit({ kind: "confirmed" });
  }

  apply(advance: Advance, admission: Admission = "if-room"): SyncCounts | undefined {
    if (!this.#timeline.canTake(advance)) return undefined;
    const { revision } = this;
    assert(advance.position.revision >= revision, "an advance does not lead to an earlier revision");
    assert(isWithin(advance), "the changes of an advance are within its revisions");
    const counts = this.#change(advance.changes, revision, admission);
    this.#timeline.advance(advance);
    this.#events.emit({ kind: "advanced", changes: advance.changes, position: advance.position });
    return counts;
  }

  /** Drops one record from memory. */
  drop(path: ProjectPath): void {
    this.#dropResident(path);
    this.#events.emit({ kind: "dropped", path });
  }

  /** Drops every record from memory. */
  clear(): void {
    this.storage.clear();
    this.#events.emit({ kind: "dropped", path: undefined });
  }

  /**
   * Makes a loaded record resident, if it is the record of this revision. Refuses a record that is
   * older than the known one of its path (law 5), one that is newer, and one that may be of another
   * history. If the row turns out to be unreadable although the feed does not say so, the path
   * moves to `unreadable`, so that the row blocks no other row.
   */
  admit({ row, provenTo }: KnownRow, admission: Admission): void {
    if (row === undefined || this.isOutdated || row.revision > provenTo) return;
    const id = this.index.idOf(row.path);
    if (id === undefined || this.index.revisionOf(id) !== row.revision) return;
    if (row.record === undefined) {
      this.#change([row], NOTHING_KNOWN, admission);
      const position = this.#timeline.position;
      assert(position !== undefined, "a state with an index has a position");
      this.#events.emit({ kind: "advanced", changes: [row], position });
    } else if (!this.storage.has(row.path)) {
      assert(row.path === row.record.path, "a row and its record have the same path");
      this.storage.put(id, row.record, admission);
      this.#events.emit({ kind: "admitted", record: row.record, revision: row.revision });
    }
  }

  /**
   * Returns the row's record, if the row's revision is proved to be the one that the index knows.
   */
  fitting(id: RecordId, known: KnownRow | undefined): FileMetadata | undefined {
    if (known?.row === undefined || this.isOutdated || known.row.revision > known.provenTo) return undefined;
    return known.row.revision === this.index.revisionOf(id) ? known.row.record : undefined;
  }

  /**
   * True if a row that a reader found shows that the database is not where this state takes it to
   * be. If the row is older than is possible, or is missing at the very revision at which the index
   * has it, no change can explain it. Then this also marks the state as outdated.
   */
  isPast(path: ProjectPath, known: KnownRow | undefined): boolean {
    if (this.isOutdated) return true;
    const indexed = this.revisionOf(path);
    if (known === undefined || indexed === undefined) return false;
    const foundRevision = known.row?.revision ?? 0;
    const isImpossible = known.row === undefined ? known.asOf === this.revision : known.asOf >= this.revision && foundRevision < indexed;
    if (isImpossible) this.#markOutdated();
    return isImpossible || known.row === undefined || foundRevision > indexed;
  }

  beginLoad(asked: Standpoint, answer: StoreAnswer): PendingLoad {
    const isCurrent = this.isCurrent(asked);
    this.seen(asked, answer);
    // Other readers may have learned of a later history meanwhile. Then this load does not lead to
    // it.
    const history = isCurrent ? this.#timeline.history : asked.history;
    return new StateLoad(this, this.#events, { position: answer.position, question: asked.question, history });
  }

  /**
   * True if the content of this state is of `history`. Then its revisions can be compared with
   * others of `history`.
   */
  owns(history: number): boolean {
    return this.#timeline.owns(history);
  }

  /** Replaces the present content by what `load` has built. */
  replace(load: object, loaded: IndexedProject, { position, history, question, continues }: Replacement): void {
    const isFirst = this.position === undefined;
    const isSameHistory = continues && this.owns(history);
    const beginsHistory = !isFirst && !isSameHistory && history === this.#timeline.history;
    if (beginsHistory) this.#markOutdated();
    const { index } = this;
    const idOf = ({ path }: FileMetadata): RecordId | undefined =>
      isSameHistory && hasSameRevision(index, loaded.index, path) ? loaded.index.idOf(path) : undefined;
    if (!isFirst) finished(this.storage.locate(idOf));
    assert(this.storage.count <= loaded.index.size, "every resident is in the index");
    this.#indexed = loaded;
    this.#timeline.replace(position, beginsHistory ? this.#timeline.history : history, question);
    this.#events.emit({ kind: "replaced", load });
  }

  /**
   * Starts with a stored image instead of a first load. `since` has all changes after the position
   * of `image`. `masked` has the ranks of the image that have no record.
   */
  restore(image: Image, since: Advance, masked?: Uint32Array): void {
    assert(this.position === undefined, "a state is restored only before its first load");
    this.#indexed = indexedProject(IndexManager.ofLayers(image.count > 0 ? [{ image, masked }] : [], this.maxRecent));
    this.#timeline.replace(since.from, this.#timeline.history, 0);
    this.#events.emit({ kind: "replaced", load: image });
    this.apply(since);
  }

  /** Gives the residents their new ids after the index merged layers. */
  renumber(renumbering: Renumbering, whole: WholeIndex | undefined): void {
    this.storage.renumber(renumbering);
    this.#events.emit({ kind: "merged", whole });
  }

  /** Drops records that are known to be out of date. */
  dropResidents(paths: Iterable<ProjectPath>): void {
    for (const path of paths) this.#dropResident(path);
  }

  /**
   * Recomputes what must hold between the parts, and returns what does not hold. O(index and
   * residents).
   */
  verify(): Finding[] {
    const findings = [...this.index.verify(), ...this.storage.verify()];
    const terms = new TermsByRecord();
    for (const record of this.residents()) findings.push(...this.#verifyResident(record, terms));
    for (const path of this.unreadable.keys()) {
      if (this.index.idOf(path) !== undefined)
        findings.push(finding("STATE_UNREADABLE", `${JSON.stringify(path)} is in the index, but its row cannot be read`, { path }));
    }
    return findings;
  }

  #verifyResident(record: FileMetadata, terms: TermsByRecord): Finding[] {
    const { path } = record;
    const name = JSON.stringify(path);
    const id = this.index.idOf(path);
    if (id === undefined || this.storage.peek(id) !== record)
      return [finding("STATE_RECORD", `${name} is resident under the id of another record`, { path })];
    const findings: Finding[] = [];
    const indexed = terms.termsOf(this.index, id);
    const own = termsOf(record);
    for (const index of INDEX_NAMES) {
      if (!sameTerms(indexed[index], own[index]))
        findings.push(finding("STATE_TERMS", `the ${index} terms of ${name} in the index differ from those of its record`, { path }));
    }
    if (this.index.sizeOf(id) !== record.size || this.index.modifiedAtOf(id) !== record.modifiedAt)
      findings.push(finding("STATE_RECORD", `the size or time of ${name} in the index differs from that of its record`, { path }));
    return findings;
  }

  #change(changes: readonly StoredChange[], known: number, admission: Admission): SyncCounts {
    try {
      return applyChanges(this.#indexed, changes, known, this.storage, admission);
    } catch (error) {
      // The changes may be half made, so nobody may rely on this state until a load has replaced
      // it.
      this.#markOutdated();
      this.owe(this.revision, error);
      throw error;
    }
  }

  #markOutdated(): void {
    this.#timeline.beginHistory();
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
