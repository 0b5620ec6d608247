import type { Clock } from "../base/clock.ts";
import { childLogger, type Logger } from "../base/logger.ts";
import type { ProjectStore } from "../database/metadata-database.ts";
import { CacheState } from "../state/cache-state.ts";
import { IndexMerging } from "../state/index-merging.ts";
import type { CacheStorage } from "../storage/cache-storage.ts";
import { DatabaseSynchronizer } from "../sync/database-synchronizer.ts";
import type { OpeningOptions } from "./cache-options.ts";
import { Checkpoints } from "./checkpoints.ts";
import { INDEX_UPKEEP } from "./index-upkeep.ts";
import { CacheReader } from "./reading/cache-reader.ts";
import { RecordLoads } from "./reading/record-loads.ts";
import { CacheActivity } from "./statistics/cache-activity.ts";

/** What is the same for every core of a program. */
export interface CoreOptions extends Pick<OpeningOptions, "onLoadProgress" | "upkeep"> {
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The parts that every cache of one project has, put together: the state, what brings it to the
 * database's present state, and what reads from it.
 */
export class CacheCore {
  readonly state: CacheState;
  readonly activity: CacheActivity;
  readonly loads: RecordLoads;
  readonly synchronizer: DatabaseSynchronizer;
  readonly reader: CacheReader;
  readonly merging: IndexMerging;
  readonly checkpoints: Checkpoints;

  constructor(store: ProjectStore, storage: CacheStorage, options: CoreOptions) {
    const { clock, logger, onLoadProgress, upkeep = INDEX_UPKEEP } = options;
    this.state = new CacheState(storage, upkeep.maxRecent);
    this.activity = new CacheActivity(store.project, clock);
    this.loads = new RecordLoads(store, this.activity, this.state);
    this.synchronizer = new DatabaseSynchronizer(store, this.state, clock, childLogger(logger, "sync"), {
      observe: (sync) => this.activity.sync(sync),
      onLoadProgress,
    });
    this.reader = new CacheReader(this.state, this.loads, this.synchronizer, this.activity.counters, clock);
    this.merging = new IndexMerging(this.state, clock, logger);
    this.checkpoints = new Checkpoints(store, this.state, this.merging, upkeep.checkpoints, logger);
  }

  /**
   * Fills the state: from the checkpoint and the changes since, or from every row. Throws
   * `E_DATABASE_UNAVAILABLE`.
   */
  async fill(): Promise<void> {
    await this.checkpoints.restore();
    await this.synchronizer.synchronize();
  }

  /** Leaves a checkpoint if enough has changed, and stops merging. Call nothing else afterwards. */
  async leave(): Promise<void> {
    await this.checkpoints.save();
    await this.merging.stop();
  }
}
