import { describe, expect, test } from "vitest";
import { type Access, interleavings, load, store, type Thread } from "./interleavings.ts";

// The protocol of docs/decisions/0010 in its own words, every interleaving of small histories: what a reader may come to see.

type Steps<T> = Generator<Access, T, number>;

describe("a slot, and a ring of bytes", () => {
  const VERSION = 0;
  const HASH = 1;
  const OFFSET = 2;
  const RING = 3;
  /** Two blocks of two words: what comes third is written over what came first. Record n is the words n and n. */
  const EMPTY = [0, 0, 0, 0, 0, 0, 0];
  const WITH_RECORD_1 = [2, 7, 2, 0, 0, 1, 1];

  function* put(record: number): Steps<void> {
    const offset = 2 * (record % 2);
    yield* store(VERSION, 2 * record - 1);
    yield* store(RING + offset, record);
    yield* store(RING + offset + 1, record);
    yield* store(HASH, 7);
    yield* store(OFFSET, offset);
    yield* store(VERSION, 2 * record);
  }

  function* puts(...records: readonly number[]): Steps<undefined> {
    for (const record of records) yield* put(record);
    return undefined;
  }

  /** What some reads after each other saw: a record's words, or nothing. */
  function* reader(reads: number, checksAgain: boolean): Steps<readonly string[]> {
    const seen: string[] = [];
    for (let read = 0; read < reads; read++) {
      const version = yield* load(VERSION);
      if (version % 2 !== 0 || (yield* load(HASH)) !== 7) continue;
      const offset = yield* load(OFFSET);
      const words = [yield* load(RING + offset), yield* load(RING + offset + 1)];
      if (checksAgain && (yield* load(VERSION)) !== version) continue;
      seen.push(words.join(" "));
    }
    return seen;
  }

  function seenOf(memory: readonly number[], owner: Thread<undefined>, { reads = 1, checksAgain = true } = {}): string[] {
    const seen = new Set<string>();
    const threads: Thread<readonly string[] | undefined>[] = [owner, () => reader(reads, checksAgain)];
    for (const { results } of interleavings(memory, threads)) seen.add((results[1] ?? []).join(", then "));
    return [...seen].sort();
  }

  test("a reader sees whole records only, while the ring comes round", () => {
    expect(seenOf(EMPTY, () => puts(1, 2, 3))).toEqual(["", "1 1", "2 2", "3 3"]);
  });

  test("a reader sees no record that is older than one that it has seen", () => {
    expect(seenOf(WITH_RECORD_1, () => puts(2), { reads: 2 })).toEqual(
      ["1 1", "1 1, then 1 1", "1 1, then 2 2", "2 2", "2 2, then 2 2", ""].sort(),
    );
  });

  test("without looking at the version again, it sees mixed ones", () => {
    expect(seenOf(EMPTY, () => puts(1, 2, 3), { checksAgain: false })).toEqual(expect.arrayContaining(["3 1"]));
  });

  /** Another slot's record is written over record 1, which is taken away first. */
  function* neighbour(takesAway: boolean): Steps<undefined> {
    if (takesAway) {
      yield* store(VERSION, 3);
      yield* store(HASH, 0);
      yield* store(VERSION, 4);
    }
    yield* store(RING + 2, 9);
    yield* store(RING + 3, 9);
    return undefined;
  }

  test("a record is taken away before its bytes are written over for another one, or it would be mixed with that", () => {
    expect(seenOf(WITH_RECORD_1, () => neighbour(true))).toEqual(["", "1 1"]);
    expect(seenOf(WITH_RECORD_1, () => neighbour(false))).toEqual(expect.arrayContaining(["9 1"]));
  });
});

describe("two images used in turn, and pins", () => {
  const CURRENT = 0;
  const PIN = 1;
  const HALVES = 2;
  /** Image 1 is there, in the half of the odd ones; its word is its own number. */
  const MEMORY = [1, 0, 0, 1];

  function* owner(heedsPins: boolean): Steps<number> {
    for (let image = 2; image <= 3; image++) {
      // Waits for whoever looks at the image that is to be written over; or postpones it, as here.
      if (heedsPins && image > 2 && (yield* load(PIN)) === image - 2) return image - 1;
      yield* store(HALVES + (image % 2), image);
      yield* store(CURRENT, image);
    }
    return 3;
  }

  function* reader(checksAgain: boolean): Steps<string> {
    for (let attempt = 0; attempt < 2; attempt++) {
      const image = yield* load(CURRENT);
      yield* store(PIN, image);
      if (checksAgain && (yield* load(CURRENT)) !== image) {
        yield* store(PIN, 0);
        continue;
      }
      const word = yield* load(HALVES + (image % 2));
      const later = yield* load(HALVES + (image % 2));
      yield* store(PIN, 0);
      return word === image && later === image ? "its own" : `image ${image} was ${word} and ${later}`;
    }
    return "asked the owner";
  }

  function outcomes(heedsPins: boolean, checksAgain: boolean): Set<unknown> {
    const found = new Set<unknown>();
    const threads: Thread<unknown>[] = [() => owner(heedsPins), () => reader(checksAgain)];
    for (const { results } of interleavings<unknown>(MEMORY, threads)) found.add(results[1]);
    return found;
  }

  test("a reader reads the image that it has pinned, and no other", () => {
    expect([...outcomes(true, true)].sort()).toEqual(["asked the owner", "its own"]);
  });

  test.each([
    ["the owner heeds no pin", false, true],
    ["the reader does not look again whether the image is still the present one", true, false],
  ])("where %s, it reads what is being written", (_, heedsPins, checksAgain) => {
    expect([...outcomes(heedsPins, checksAgain)].some((outcome) => /was/.test(String(outcome)))).toBe(true);
  });
});

describe("records taken away before the new revision is told, and put back after it", () => {
  const REVISION = 0;
  const A = 1;
  const B = 2;
  /** Two records, both of revision 1; 0 is none. */
  const MEMORY = [1, 1, 1];

  function* owner(order: "around" | "before"): Steps<undefined> {
    if (order === "around") {
      yield* store(A, 0);
      yield* store(B, 0);
      yield* store(REVISION, 2);
    }
    yield* store(A, 2);
    yield* store(B, 2);
    if (order === "before") yield* store(REVISION, 2);
    return undefined;
  }

  /** The revisions of two records and of the cache, in every order of looking; without those that were not there. */
  function* reader(order: readonly number[]): Steps<readonly number[]> {
    const seen: number[] = [];
    for (const at of order) {
      const revision = yield* load(at);
      if (revision !== 0) seen.push(revision);
    }
    return seen;
  }

  function goesBack(order: "around" | "before"): boolean {
    return [
      [A, B, REVISION],
      [B, A, REVISION],
      [A, REVISION, B],
      [REVISION, A, B],
    ].some((looks) => {
      const threads: Thread<readonly number[] | undefined>[] = [() => owner(order), () => reader(looks)];
      return [...interleavings(MEMORY, threads)].some(({ results }) =>
        (results[1] ?? []).some((revision, at, all) => revision < (all[at - 1] ?? 0)),
      );
    });
  }

  test("no reader sees the new revision and then the old one", () => {
    expect(goesBack("around")).toBe(false);
  });

  test("put before the revision is told, they would show it going back", () => {
    expect(goesBack("before")).toBe(true);
  });
});
