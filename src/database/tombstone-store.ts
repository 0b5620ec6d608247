import type { StorePosition } from "./metadata-database.ts";

/**
 * The project reached `revision` at the time `notedAt` or earlier, in milliseconds since the Unix
 * epoch.
 */
export interface RevisionTime {
  /** The revision that the project was at. */
  readonly revision: number;
  /** Milliseconds since the Unix epoch. */
  readonly notedAt: number;
}

/**
 * Knows how old the tombstones of a project are. No call raises a revision or creates a project.
 * Reading needs no right to write.
 */
export interface TombstoneStore {
  /**
   * Notes that the project is at its present revision at the time `now`. Forgets notes that are no
   * longer useful.
   */
  noteTime(now: number): Promise<void>;
  /** Returns all notes, oldest first. */
  times(): Promise<readonly RevisionTime[]>;
  /** Counts the tombstones: all, or those up to and including the revision `upTo`. */
  count(upTo?: number): Promise<number>;
}

/** The changes that `noteTime` makes. */
export interface NoteChange {
  readonly add: RevisionTime | undefined;
  /** The revisions whose notes are removed. */
  readonly forget: readonly number[];
}

/** A policy counts days, so notes that are closer together than this are not needed. */
const CLOSEST_NOTES_MS = 3_600_000;

/**
 * Decides how the notes `times` change at the time `now`. A revision keeps its first note, because
 * it has existed since then. No note is earlier than the note of an older revision: a clock may
 * have been set back. A note at or below the horizon is useless, because the tombstones that it
 * dates are gone. The last note always stays.
 */
export function noteAmong(times: readonly RevisionTime[], { revision, horizon }: StorePosition, now: number): NoteChange {
  const possible = times.filter((time) => time.revision <= revision);
  const isNoted = revision === 0 || possible.at(-1)?.revision === revision;
  const add = isNoted ? undefined : { revision, notedAt: times.reduce((latest, { notedAt }) => Math.max(latest, notedAt), now) };
  const useful = (add === undefined ? possible : [...possible, add]).filter(
    (time, index, all) => time.revision > horizon || index === all.length - 1,
  );
  const kept: RevisionTime[] = [];
  for (const [index, time] of useful.entries()) {
    const [before, after] = [kept.at(-1), useful[index + 1]];
    if (before === undefined || after === undefined || after.notedAt - before.notedAt >= CLOSEST_NOTES_MS) kept.push(time);
  }
  const stays = new Set(kept.map((time) => time.revision));
  return { add, forget: times.flatMap((time) => (stays.has(time.revision) ? [] : [time.revision])) };
}

/**
 * Returns the newest revision that is known to have existed at the time `moment`, or 0 if there is
 * none. After the first note that is later than `moment`, no note counts, even if its own time is
 * earlier: the clock was set back in between.
 */
export function revisionAt(times: readonly RevisionTime[], moment: number): number {
  const later = times.findIndex(({ notedAt }) => notedAt > moment);
  return (later === -1 ? times.at(-1) : times[later - 1])?.revision ?? 0;
}
