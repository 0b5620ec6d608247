import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import type { LoadProgress } from "../sync/database-synchronizer.ts";

export interface CacheOptions {
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  /** Called after each page of a load of everything; cheap work only. What it throws is logged. */
  readonly onLoadProgress?: ((progress: LoadProgress) => void) | undefined;
}
