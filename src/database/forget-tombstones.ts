import type { ProjectStore } from "./metadata-database.ts";
import { revisionAt } from "./tombstone-store.ts";

export interface TombstonePolicy {
  /** Tombstones are forgotten if they are known to be at least so old. */
  readonly olderThanDays: number;
  /** Milliseconds since the Unix epoch, as `Clock.now`. */
  readonly now: number;
}

export interface ForgottenTombstones {
  readonly forgotten: number;
  readonly left: number;
  /** Up to this revision, this one included, no tombstones are left: a reader that stands before it loads everything. */
  readonly horizon: number;
}

const DAY_MS = 86_400_000;

/**
 * Forgets the tombstones that are old enough, and notes when the present revision was there, by which later calls tell its age. A
 * deletion is at least as old as the newest revision that was noted before the time in question: whatever was deleted since is kept.
 */
export async function forgetTombstones(store: ProjectStore, policy: TombstonePolicy): Promise<ForgottenTombstones> {
  const forgotten = await store.compact(await oldRevision(store, policy));
  // Last, for it also forgets the notes that the new horizon has made useless.
  await store.tombstones.noteTime(policy.now);
  const { horizon } = await store.position();
  return { forgotten, left: await store.tombstones.count(), horizon };
}

/** What `forgetTombstones` would do now. Writes nothing. */
export async function countOldTombstones(store: ProjectStore, policy: TombstonePolicy): Promise<ForgottenTombstones> {
  const [revision, position] = [await oldRevision(store, policy), await store.position()];
  const horizon = Math.max(position.horizon, Math.min(revision, await neededRevision(store)));
  const forgotten = await store.tombstones.count(horizon);
  return { forgotten, left: (await store.tombstones.count()) - forgotten, horizon };
}

/** The revision from which the checkpoint needs the feed, if it can be brought up to date at all: see `ProjectStore.compact`. */
async function neededRevision(store: ProjectStore): Promise<number> {
  const position = (await store.checkpoints.header())?.position;
  if (position === undefined || position.revision === 0) return Number.MAX_SAFE_INTEGER;
  const { continues } = await store.readChanges({ ...position, horizon: 0 }, 0);
  return continues ? position.revision : Number.MAX_SAFE_INTEGER;
}

async function oldRevision(store: ProjectStore, { olderThanDays, now }: TombstonePolicy): Promise<number> {
  return revisionAt(await store.tombstones.times(), now - olderThanDays * DAY_MS);
}
