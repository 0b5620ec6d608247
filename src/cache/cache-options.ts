import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { LoadProgress } from "../sync/database-synchronizer.ts";
import type { IndexUpkeep } from "./index-upkeep.ts";

/** The options of a cache besides its configuration. */
export interface CacheOptions {
  /** For tests. Default: `systemClock`. */
  readonly clock?: Clock | undefined;
  /** Default: nothing is logged. */
  readonly logger?: Logger | undefined;
  /** Called after each page of a full load. It must be fast. If it throws, the error is logged. */
  readonly onLoadProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** Further options, which only metacache itself sets, for example in its tests. */
export interface OpeningOptions extends CacheOptions {
  /**
   * When the index is merged and when a checkpoint is written. The default suits a project of any
   * size.
   */
  readonly upkeep?: IndexUpkeep | undefined;
}
