import type { TimerPurpose } from "../../base/clock.ts";
import type { WaitOptions } from "../../calls/cache-calls.ts";
import { assertRevision, waitOptionsOf } from "../../calls/call-options.ts";
import type { CacheState } from "../../state/cache-state.ts";
import type { RevisionWaits } from "../../state/revision-waits.ts";
import type { DatabaseSynchronizer } from "../../sync/database-synchronizer.ts";

/** What a wait for a revision needs. */
export interface WaitParts {
  readonly state: CacheState;
  readonly waits: RevisionWaits;
  readonly synchronizer: DatabaseSynchronizer;
}

/** Waits until the state is at `revision`. The timeout includes the look at the database. */
export async function waitForRevision(parts: WaitParts, revision: number, options: WaitOptions, purpose: TimerPurpose): Promise<void> {
  const { state, waits, synchronizer } = parts;
  const { timeoutMs, signal } = waitOptionsOf(options);
  assertRevision(revision);
  if (state.revision >= revision) return;
  await waits.wait({ revision, timeoutMs, signal, purpose }, synchronizer.catchUp());
}
