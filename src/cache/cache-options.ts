import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { LoadProgress } from "../sync/database-synchronizer.ts";
import type { IndexUpkeep } from "./index-upkeep.ts";

/** What a cache can be given besides its configuration. */
export interface CacheOptions {
  /** For tests. Default: `systemClock`. */
  readonly clock?: Clock | undefined;
  /** Default: nothing is logged. */
  readonly logger?: Logger | undefined;
  /** Called after each page of a load of everything; cheap work only. What it throws is logged. */
  readonly onLoadProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** What the project's own checks can set besides. */
export interface OpeningOptions extends CacheOptions {
  /** When the index is put in order and kept in the database. The default suits a project of any size. */
  readonly upkeep?: IndexUpkeep | undefined;
}
