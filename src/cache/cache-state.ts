import type { Moment } from "../base/clock.ts";
import { type Finding, finding } from "../base/finding.ts";
import { isSamePosition, type StoredChange, type StorePosition } from "../database/metadata-database.ts";
import { IndexManager } from "../indexing/index-manager.ts";
import type { RecordId } from "../indexing/record-id.ts";
import type { ProjectPath } from "../model/project-path.ts";
import { INDEX_NAMES, termsOf } from "../model/terms.ts";
import { QueryEngine } from "../query/query-engine.ts";
import type { StateObserver } from "../threads/shared-source.ts";
import type { Admission, CacheStorage } from "../storage/cache-storage.ts";
import type { Advance, PendingLoad, SyncCounts, SyncSink } from "../sync/sync-sink.ts";
import { FollowedRows, type KnownRow } from "./followed-rows.ts";
import { applyChanges, type IndexedProject, newIndexedProject, NOTHING_KNOWN } from "./indexed-project.ts";
import { type Comparison, StateLoad } from "./state-load.ts";

/**
 * The index of one project at exactly one revision, and the records that are resident with it (law 2).
 *
 * There is one way on: `apply`, which takes every change from exactly this position to a later one and makes all of them at once, in one
 * turn of the event loop, so that no reader sees a state in between. Everything else is refused: it would leave a gap, or mix two histories. A load builds a whole new state aside and takes its place at once.
 */
export class CacheState implements SyncSink {
  readonly storage: CacheStorage;
  #indexed: IndexedProject = newIndexedProject();
  #position: StorePosition | undefined;
  #confirmedAt: Moment = { now: 0, us: 0 };
  #lineage = 0;
  /** The lineage of this state's content: an earlier one while it is distrusted. */
  #ownLineage = 0;
  readonly #followers = new Set<FollowedRows>();
  /** The paths that have changed since a compaction began; `undefined` if none is under way. */
  #changedMeanwhile: Set<ProjectPath> | undefined;
  /** Is told of everything that happens here, in the same turn. */
  observer: StateObserver | undefined;
  /** Called when the position has changed, once everything else has. */
  onMove: () => void = () => undefined;
  /** Called if a change could be made in part only: nothing here is to be relied on until a load has replaced it. */
  onBroken: (error: unknown) => void = () => undefined;

  constructor(storage: CacheStorage) {
    this.storage = storage;
  }

  get position(): StorePosition | undefined {
    return this.#position;
  }

  get revision(): number {
    return this.#position?.revision ?? 0;
  }

  /** The revision of the path's last change; `undefined` where the index has no such path. */
  revisionOf(path: ProjectPath): number | undefined {
    const id = this.index.idOf(path);
    return id === undefined ? undefined : this.index.revisionOf(id);
  }

  /** When this state was last known to equal the database. */
  get confirmedAt(): Moment {
    return this.#confirmedAt;
  }

  /**
   * Changes whenever a revision may mean other content than before: after a rewind, or in another epoch. A row that was
   * read before says nothing of the state from then on.
   */
  get lineage(): number {
    return this.#lineage;
  }

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

  /** Runs a read; whatever changes while it waits is noted for it. */
  async follow<T>(read: (followed: FollowedRows) => Promise<T>): Promise<T> {
    const followed = new FollowedRows();
    this.#followers.add(followed);
    try {
      return await read(followed);
    } finally {
      this.#followers.delete(followed);
    }
  }

  get isDistrusted(): boolean {
    return this.#ownLineage !== this.#lineage;
  }

  distrust(): void {
    this.#lineage++;
    for (const followed of this.#followers) followed.forget();
    this.observer?.confirmed();
  }

  confirm(at: Moment): void {
    const before = this.#confirmedAt;
    if (at.us < before.us || (at.us === before.us && at.now < before.now)) return;
    this.#confirmedAt = at;
    this.observer?.confirmed();
  }

  apply(advance: Advance, admission: Admission = "if-room"): SyncCounts | undefined {
    const position = this.#position;
    if (position === undefined || this.isDistrusted || !isSamePosition(position, advance.from)) return undefined;
    const counts = this.#change(advance.changes, position.revision, admission);
    this.#position = advance.position;
    this.observer?.changed(advance.changes);
    for (const followed of this.#followers) followed.noteChanges(advance.changes, advance.position);
    this.onMove();
    return counts;
  }

  /**
   * Builds the same index anew, aside, in steps of about a millisecond, and puts it in the place of the present one: an index gives back
   * nothing by itself of what it took when it was larger. What changes meanwhile is copied at the end. A load that replaces the state ends it.
   */
  *compact(): Generator<void, void, undefined> {
    const before = this.#indexed;
    const isReplaced = (): boolean => this.#indexed !== before;
    const changed = new Set<ProjectPath>();
    this.#changedMeanwhile = changed;
    try {
      const index = new IndexManager();
      for (const _ of copyInSteps(before.index, index)) {
        yield;
        if (isReplaced()) return;
      }
      while (changed.size > RECORDS_PER_STEP) {
        copySome(before.index, index, changed);
        yield;
        if (isReplaced()) return;
      }
      copySome(before.index, index, changed);
      this.storage.renumber((_, { path }) => index.idOf(path));
      this.#indexed = { index, engine: new QueryEngine(index), unreadable: before.unreadable };
      this.observer?.replaced();
    } finally {
      this.#changedMeanwhile = undefined;
    }
  }

  #change(changes: readonly StoredChange[], known: number, admission: Admission): SyncCounts {
    for (const { path } of this.#changedMeanwhile === undefined ? [] : changes) this.#changedMeanwhile?.add(path);
    try {
      return applyChanges(this.#indexed, changes, known, this.storage, admission);
    } catch (error) {
      this.distrust();
      this.onBroken(error);
      throw error;
    }
  }

  /** Takes records out of memory that are known to be out of date. */
  dropResidents(paths: Iterable<ProjectPath>): void {
    for (const path of paths) {
      const id = this.index.idOf(path);
      if (id !== undefined) this.storage.apply(id, undefined);
    }
  }

  /**
   * Makes a loaded record resident, if it is still what this revision has: neither older than what is known of its
   * path (law 5), nor newer, nor perhaps of another history. A row that turns out to be unreadable, although the feed does not know of it, is set
   * apart, so that it hides no other.
   */
  admit({ row, epoch, provenTo }: KnownRow, admission: Admission): void {
    if (row === undefined || this.#position?.epoch !== epoch || row.revision > provenTo) return;
    const id = this.index.idOf(row.path);
    if (id === undefined || this.index.revisionOf(id) !== row.revision) return;
    if (row.record === undefined) {
      this.#change([row], NOTHING_KNOWN, admission);
      this.observer?.changed([row]);
    } else if (!this.storage.has(id)) {
      this.storage.apply(id, row.record, admission);
      this.observer?.admitted(row.record, row.revision);
    }
  }

  beginLoad(position: StorePosition, lineage: number): PendingLoad {
    for (const followed of this.#followers) followed.forgetLoaded();
    return new StateLoad(position, this.#position === undefined ? this.storage : undefined, {
      compare: (loaded, reached) => this.#compare(loaded, reached, lineage),
      isUnchangedSince: (comparison) => comparison.against === this.#position,
      note: (changes, asOf) => {
        for (const followed of this.#followers) followed.noteLoaded(changes, asOf);
      },
      replace: (loaded, reached, continues) => this.#replace(loaded, reached, continues && lineage === this.#ownLineage, lineage),
    });
  }

  /** Recomputes what must hold between the parts; returns what does not. O(index and residents). */
  verify(): Finding[] {
    const findings = [...this.index.verify(), ...this.storage.verify()];
    for (const [id, record] of this.storage.residents()) {
      const { path } = record;
      const name = JSON.stringify(path);
      if (this.index.idOf(path) !== id) {
        findings.push(finding("STATE_RECORD", `${name} is resident under an id that is not its own`, { path }));
        continue;
      }
      const indexed = this.index.termsOf(id);
      const own = termsOf(record);
      for (const index of INDEX_NAMES) {
        if (JSON.stringify(indexed[index]) !== JSON.stringify([...own[index]].sort())) {
          findings.push(finding("STATE_TERMS", `${name} is indexed under other ${index} terms than its own`, { path }));
        }
      }
      if (this.index.sizeOf(id) !== record.size || this.index.modifiedAtOf(id) !== record.modifiedAt) {
        findings.push(finding("STATE_RECORD", `${name} is indexed with another size or time than its own`, { path }));
      }
    }
    for (const path of this.unreadable.keys()) {
      if (this.index.idOf(path) !== undefined)
        findings.push(finding("STATE_UNREADABLE", `${JSON.stringify(path)} is indexed although its row cannot be read`, { path }));
    }
    return findings;
  }

  /** Counts what the loaded state changes of this one as it is now. */
  *#compare(loaded: IndexManager, position: StorePosition, lineage: number): Generator<void, Comparison, undefined> {
    const { index } = this;
    const against = this.#position;
    const comparable = lineage === this.#ownLineage && against?.epoch === position.epoch;
    let kept = 0;
    let changed = 0;
    let steps = 0;
    for (const path of index.size === 0 ? [] : loaded.paths()) {
      if (++steps % PATHS_PER_STEP === 0) yield;
      const id = index.idOf(path);
      if (id === undefined) continue;
      kept++;
      if (!comparable || sameRevision(index, id, loaded, path) === undefined) changed++;
    }
    return { against, counts: { added: loaded.size - kept, changed, removed: index.size - kept } };
  }

  /** `continues`: whether what is known of the present state still counts. In another history the same revision may mean other content. */
  #replace(loaded: IndexedProject, position: StorePosition, continues: boolean, lineage: number): void {
    let ownLineage = lineage;
    if (!continues && lineage === this.#lineage && this.#position !== undefined) {
      this.distrust();
      ownLineage = this.#lineage;
    }
    if (this.#position !== undefined) {
      const { index } = this;
      this.storage.renumber((id, record) => (continues ? sameRevision(index, id, loaded.index, record.path) : undefined));
    }
    this.#indexed = loaded;
    this.#position = position;
    this.#ownLineage = ownLineage;
    for (const followed of this.#followers) followed.takeLoaded();
    this.observer?.replaced();
    this.onMove();
  }
}

function sameRevision(before: IndexManager, id: RecordId, after: IndexManager, path: ProjectPath): RecordId | undefined {
  const renumbered = after.idOf(path);
  return renumbered !== undefined && after.revisionOf(renumbered) === before.revisionOf(id) ? renumbered : undefined;
}

/** Every record of `from`, into an index that has none; between two steps others may run. */
function* copyInSteps(from: IndexManager, to: IndexManager): Generator<void, void, undefined> {
  to.startLoading();
  let steps = 0;
  for (const path of from.paths()) {
    to.copyFrom(from, path);
    if (++steps % RECORDS_PER_STEP === 0) yield;
  }
  yield* to.finishLoading();
}

/** Takes paths out of `changed` and copies them, as many as a step may take. */
function copySome(from: IndexManager, to: IndexManager, changed: Set<ProjectPath>): void {
  let copied = 0;
  for (const path of changed) {
    if (copied++ === RECORDS_PER_STEP) return;
    changed.delete(path);
    to.copyFrom(from, path);
  }
}

/** About a millisecond's work. */
const RECORDS_PER_STEP = 64;

/** How many paths a comparison looks at between two pauses. */
const PATHS_PER_STEP = 2_048;
