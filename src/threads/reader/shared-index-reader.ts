import { lowerBound } from "../../base/lower-bound.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { type CursorKey, encodeCursor } from "../../query/cursor.ts";
import { FirstOf } from "../../query/first-of.ts";
import { fingerprintOf, type PreparedQuery } from "../../query/prepared-query.ts";
import { ChangesSinceImage } from "../protocol/change-log.ts";
import type { ControlBlock, Situation } from "../protocol/control-block.ts";
import { compareKeys, ImageReader } from "./image-reader.ts";
import type { ImageMemory } from "../protocol/thread-messages.ts";

/** A page of paths, each with the revision of its last change. */
export interface SharedPage {
  readonly entries: readonly { readonly path: ProjectPath; readonly revision: number }[];
  readonly total: number;
  readonly nextCursor: string | undefined;
  readonly situation: Situation;
}

interface Opened {
  readonly image: number;
  readonly reader: ImageReader;
  readonly changes: ChangesSinceImage;
}

interface Entry extends CursorKey {
  readonly revision: number;
}

/** How often to look again if the owner has put a new image in the place of the one that was to be read. */
const MAX_TRIES = 8;

/** Where a reader gets memory that the owner has sent, without a turn of its thread's event loop. */
export interface MemorySource {
  readonly memory: ImageMemory;
  /** Takes whatever has been sent until now. */
  receive(): void;
}

/**
 * A reader's side of the shared index: an image, and the changes since. While it looks at an image it has pinned it, so that the owner
 * does not write over it. It reads memory only if that is the very memory which the owner names together with the image.
 */
export class SharedIndexReader {
  readonly #control: ControlBlock;
  readonly #place: number;
  readonly #source: MemorySource;
  #opened: Opened | undefined;

  constructor(control: ControlBlock, place: number, source: MemorySource) {
    this.#control = control;
    this.#place = place;
    this.#source = source;
  }

  count(query: PreparedQuery): number | undefined {
    return this.#look(({ reader, changes }) => reader.matches(query, changes.masked).length + changes.engine.count(query));
  }

  /** `undefined` where the shared index cannot answer at this moment: then the owner has to. */
  page(query: PreparedQuery): SharedPage | undefined {
    return this.#look((opened, situation) => {
      const { entries, total, more } = firstEntries(opened, query);
      const last = entries.at(-1);
      return {
        entries: entries.map(({ path, revision }) => ({ path: path as ProjectPath, revision })),
        total,
        nextCursor: more && last !== undefined ? encodeCursor(fingerprintOf(query), last) : undefined,
        situation,
      };
    });
  }

  /** Whether the project is known to have no such file: `false` also if that cannot be said at this moment. */
  isAbsent(path: ProjectPath): boolean {
    const isAbsent = this.#look(({ reader, changes }, { unreadable }) => {
      // A row that cannot be read is not in the index either, and is no absence.
      if (unreadable > 0 || changes.index.idOf(path) !== undefined) return false;
      const number = reader.numberOf(path);
      return number === undefined || changes.masked.has(number);
    });
    return isAbsent ?? false;
  }

  #look<T>(answer: (opened: Opened, situation: Situation) => T): T | undefined {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const { image, memory } = this.#control.read();
      if (image === 0) return undefined;
      if (memory !== this.#source.memory.memory && !this.#receive()) return undefined;
      this.#control.pin(this.#place, image);
      try {
        // Only now is it certain that the owner knows of the pin before it thinks of writing over the image.
        const situation = this.#control.read();
        if (situation.image === image && situation.memory === this.#source.memory.memory) return answer(this.#open(situation), situation);
      } finally {
        this.#control.pin(this.#place, 0);
      }
    }
    return undefined;
  }

  /** Returns whether there is other memory now. What the owner has told of it, it has sent before. */
  #receive(): boolean {
    const { memory } = this.#source.memory;
    this.#source.receive();
    return this.#source.memory.memory !== memory;
  }

  #open({ image, logged }: Situation): Opened {
    const { halves } = this.#source.memory;
    const { image: memory, log } = halves[image % 2] ?? halves[0];
    if (this.#opened?.image !== image) this.#opened = { image, reader: new ImageReader(memory), changes: new ChangesSinceImage() };
    this.#opened.changes.follow(new Uint8Array(log), logged, this.#opened.reader);
    return this.#opened;
  }
}

/** The first entries of an answer that come after its cursor: those of the image and of the changes, in one order. */
function firstEntries(
  { reader, changes }: Opened,
  query: PreparedQuery,
): { readonly entries: readonly Entry[]; readonly total: number; readonly more: boolean } {
  const { orderField, descending, after, limit = Infinity } = query;
  const matches = reader.matches(query, changes.masked);
  const entryOf = (number: number): Entry => ({
    value: reader.valueOf(orderField, number),
    path: reader.pathOf(number),
    revision: reader.revisionOf(number),
  });
  const changed = changes.engine.page({ ...query, after: undefined, limit: undefined });
  const first = new FirstOf<Entry>(limit, (a, b) => compareKeys(descending, a, b));
  let left = 0;
  const offer = (entry: Entry): void => {
    if (after !== undefined && compareKeys(descending, entry, after) <= 0) return;
    left++;
    first.offer(entry);
  };
  for (const id of changed.ids) {
    const { index } = changes;
    const path = index.pathOf(id);
    const value = { path, size: index.sizeOf(id), modifiedAt: index.modifiedAtOf(id), language: index.languageOf(id) }[orderField];
    offer({ value, path, revision: index.revisionOf(id) });
  }
  if (orderField === "path") {
    const notOffered = offerInOrder(matches, query, reader, (number) => offer(entryOf(number)));
    left += notOffered;
  } else for (const number of matches) offer(entryOf(number));
  const entries = first.take();
  return { entries, total: matches.length + changed.total, more: entries.length < left };
}

/** Of matches in the order of their paths, no more than a page has to be unpacked: returns how many after the cursor were not offered. */
function offerInOrder(
  matches: Uint32Array,
  { after, descending, limit = Infinity }: PreparedQuery,
  reader: ImageReader,
  offer: (number: number) => void,
): number {
  let before = 0;
  if (after !== undefined) {
    before = lowerBound(matches.length, (place) => reader.pathOf(matches[place] ?? 0) <= after.path);
    // Descending, those before the cursor's path are what is left, and the path itself is not.
    if (descending && before > 0 && reader.pathOf(matches[before - 1] ?? 0) === after.path) before--;
  }
  const from = descending ? 0 : before;
  const to = descending && after !== undefined ? before : matches.length;
  const offered = Math.min(limit, to - from);
  for (let step = 0; step < offered; step++) offer(matches[descending ? to - 1 - step : from + step] ?? 0);
  return to - from - offered;
}
