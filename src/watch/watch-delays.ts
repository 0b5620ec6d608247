/**
 * The longest time between two looks at everything while events do not report changes. A large tree
 * has longer pauses.
 */
const WITHOUT_EVENTS_SECONDS = 10;
/** Looks may take this share of the time, so that a large tree does not keep a core busy. */
const SHARE_WATCHING = 1 / 500;
const SHARE_LOOKING = 1 / 20;

/**
 * Returns the milliseconds between two looks at everything. `lookMs` is how long the last one took.
 */
export function delayOfLooks(lookSeconds: number, lookMs: number, isWatching: boolean): number {
  const seconds = isWatching ? lookSeconds : Math.min(lookSeconds, WITHOUT_EVENTS_SECONDS);
  return Math.max(seconds * 1_000, Math.ceil(lookMs / (isWatching ? SHARE_WATCHING : SHARE_LOOKING)));
}
