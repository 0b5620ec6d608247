import type { ProjectStore } from "./metadata-database.ts";
import { revisionAt } from "./tombstone-store.ts";

export interface TombstonePolicy {
  /** Tombstones that are known to be at least this old are forgotten. */
  readonly olderThanDays: number;
  /** Milliseconds since the Unix epoch, from `Clock.now`. */
  readonly now: number;
}

export interface ForgottenTombstones {
  readonly forgotten: number;
  readonly left: number;
  /**
   * All tombstones up to and including this revision are forgotten. A reader at an earlier revision
   * loads everything.
   */
  readonly horizon: number;
}

const DAY_MS = 86_400_000;

/**
 * Forgets the tombstones that are old enough. Also notes the time of the present revision, so that
 * later calls can tell its age. A deletion is at least as old as the newest revision that was noted
 * before the limit. All later deletions are kept.
 */
export async function forgetTombstones(store: ProjectStore, policy: TombstonePolicy): Promise<ForgottenTombstones> {
  const forgotten = await store.compact(await oldRevision(store, policy));
  // This comes last, because it also forgets the notes that the new horizon makes useless.
  await store.tombstones.noteTime(policy.now);
  const { horizon } = await store.position();
  return { forgotten, left: await store.tombstones.count(), horizon };
}

/** Returns what `forgetTombstones` would do now. Writes nothing. */
export async function countOldTombstones(store: ProjectStore, policy: TombstonePolicy): Promise<ForgottenTombstones> {
  const [revision, position] = [await oldRevision(store, policy), await store.position()];
  const horizon = Math.max(position.horizon, Math.min(revision, await neededRevision(store)));
  const forgotten = await store.tombstones.count(horizon);
  return { forgotten, left: (await store.tombstones.count()) - forgotten, horizon };
}

/**
 * Returns the revision of the checkpoint, from which the feed must be whole, if a reader can start
 * from the checkpoint: see `ProjectStore.compact`.
 */
async function neededRevision(store: ProjectStore): Promise<number> {
  const position = (await store.checkpoints.header())?.position;
  if (position === undefined || position.revision === 0) return Number.MAX_SAFE_INTEGER;
  const { continues } = await store.readChanges({ ...position, horizon: 0 }, 0);
  return continues ? position.revision : Number.MAX_SAFE_INTEGER;
}

async function oldRevision(store: ProjectStore, { olderThanDays, now }: TombstonePolicy): Promise<number> {
  return revisionAt(await store.tombstones.times(), now - olderThanDays * DAY_MS);
}
