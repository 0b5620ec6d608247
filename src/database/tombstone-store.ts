import type { StorePosition } from "./metadata-database.ts";

/** The project stood at `revision` at the time `notedAt`, or before it: milliseconds since the Unix epoch. */
export interface RevisionTime {
  /** The revision that the project was at. */
  readonly revision: number;
  /** Milliseconds since the Unix epoch. */
  readonly notedAt: number;
}

/**
 * What tells how old the tombstones of a project are. No call draws a revision or makes a project known. Reading needs no right to
 * write.
 */
export interface TombstoneStore {
  /** Notes that the project stands at its present revision at the time `now`, and forgets the notes that are of no more use. */
  noteTime(now: number): Promise<void>;
  /** All notes, oldest first. */
  times(): Promise<readonly RevisionTime[]>;
  /** How many tombstones there are: all, or those up to and including the revision `upTo`. */
  count(upTo?: number): Promise<number>;
}

/** What `noteTime` changes. */
export interface NoteChange {
  readonly add: RevisionTime | undefined;
  /** The revisions whose notes go. */
  readonly forget: readonly number[];
}

/** A policy speaks of days: notes that are closer to each other than this are more than it needs. */
const CLOSEST_NOTES_MS = 3_600_000;

/**
 * How the notes `times` go on at the time `now`. A revision keeps its first note: it was there since then. No note is earlier than the note
 * of an older revision, for a clock may have been set back. A note at or below the horizon is of no use: what it was for is done. The last note always stays.
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
 * The newest revision that is known to have been there at the time `moment`; 0 if none is. A note that lies after `moment` speaks against all
 * that follow it, whatever their own times are: the clock was set back in between.
 */
export function revisionAt(times: readonly RevisionTime[], moment: number): number {
  const later = times.findIndex(({ notedAt }) => notedAt > moment);
  return (later === -1 ? times.at(-1) : times[later - 1])?.revision ?? 0;
}
