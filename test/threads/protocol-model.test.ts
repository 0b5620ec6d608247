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

describe("the situation, told in two copies in turn", () => {
  const TOLD = 0;
  /** Two words a copy, which belong together: after the situation n, both are n. */
  const COPIES = 1;
  const MEMORY = [0, 0, 0, 0, 0];

  function* owner(tells: number, copies: 1 | 2): Steps<undefined> {
    for (let told = 1; told <= tells; told++) {
      const copy = COPIES + 2 * (told % copies);
      yield* store(copy, told);
      yield* store(copy + 1, told);
      yield* store(TOLD, told);
    }
    return undefined;
  }

  function* reader(copies: 1 | 2, checksAgain: boolean): Steps<string> {
    for (let attempt = 0; attempt < 5; attempt++) {
      const told = yield* load(TOLD);
      const copy = COPIES + 2 * (told % copies);
      const words = [yield* load(copy), yield* load(copy + 1)];
      if (!checksAgain || (yield* load(TOLD)) === told) return words.join(" ");
    }
    return "never";
  }

  /** Of an owner that ends, or pauses for ever, after some of its steps. */
  function* cut(steps: Steps<undefined>, most: number): Steps<undefined> {
    let next = steps.next();
    for (let step = 0; step < most && next.done !== true; step++) next = steps.next(yield next.value);
    return undefined;
  }

  function seenOf(copies: 1 | 2, { checksAgain = true, steps = Infinity, tells = 3 } = {}): Set<unknown> {
    const seen = new Set<unknown>();
    const threads: Thread<unknown>[] = [() => cut(owner(tells, copies), steps), () => reader(copies, checksAgain)];
    for (const { results } of interleavings(MEMORY, threads)) seen.add(results[1]);
    return seen;
  }

  test("a reader sees whole situations only", () => {
    expect([...seenOf(2)].sort()).toEqual(["0 0", "1 1", "2 2", "3 3"]);
  });

  test.each([1, 2, 3, 4, 5])("if the owner ends after %i steps, readers go on with the last situation that was told", (steps) => {
    const last = Math.floor(steps / 3);
    const seen = seenOf(2, { steps, tells: 2 });
    expect([...seen].sort()).toEqual(Array.from({ length: last + 1 }, (_, told) => `${told} ${told}`));
  });

  test("without looking again whether it is still the last one, or in one copy, it sees mixed ones", () => {
    expect([...seenOf(2, { checksAgain: false })]).toEqual(expect.arrayContaining(["2 0"]));
    expect([...seenOf(1)]).toEqual(expect.arrayContaining(["1 0"]));
  });
});

describe("images in memory that is replaced, two of them in turn in each, and pins", () => {
  /** The image's number, and that of its memory: 10 times the one and the other. */
  const SITUATION = 0;
  const PIN = 1;
  /** The last memory that was sent. */
  const SENT = 2;
  /** Two words for each memory: the number of the image that is there. */
  const HALVES = 3;
  /** Image 1 is in the first memory, in the half of the odd ones. */
  const MEMORY = [11, 0, 1, 0, 1, 0, 0, 0, 0];

  const half = (memory: number, image: number): number => HALVES + 2 * (memory - 1) + (image % 2);

  interface Plan {
    readonly image: number;
    readonly memory: number;
  }

  function* owner(plan: readonly Plan[], heedsPins: boolean): Steps<string> {
    let firstHere = 1;
    let present = 1;
    for (const { image, memory } of plan) {
      if (memory !== present) firstHere = image;
      const older = image - 2;
      // Waits for whoever looks at the image that is to be written over; or postpones it, as here. In new memory there is none.
      if (heedsPins && older >= firstHere && (yield* load(PIN)) === older) return "postponed";
      yield* store(half(memory, image), image);
      if (memory !== present) yield* store(SENT, memory);
      present = memory;
      yield* store(SITUATION, 10 * image + memory);
    }
    return "done";
  }

  interface Manner {
    readonly checksAgain?: boolean;
    readonly comparesMemory?: boolean;
    /** Without a turn of its event loop, a thread has what was sent only if it asks for it. */
    readonly receives?: boolean;
  }

  function* reader({ checksAgain = true, comparesMemory = true, receives = true }: Manner): Steps<string> {
    let held = 1;
    for (let attempt = 0; attempt < 2; attempt++) {
      const situation = yield* load(SITUATION);
      const image = Math.floor(situation / 10);
      if (comparesMemory && situation % 10 !== held) {
        if (receives) held = yield* load(SENT);
        if (situation % 10 !== held) return "asks the owner";
      }
      yield* store(PIN, image);
      const again = checksAgain ? yield* load(SITUATION) : situation;
      if (again !== situation) {
        yield* store(PIN, 0);
        continue;
      }
      const words = [yield* load(half(held, image)), yield* load(half(held, image))];
      yield* store(PIN, 0);
      return words.every((word) => word === image) ? `reads image ${image}` : `reads ${words.join(" and ")} as image ${image}`;
    }
    return "asks the owner";
  }

  const IN_TURN = [
    { image: 2, memory: 1 },
    { image: 3, memory: 1 },
  ];
  const REPLACED = [
    { image: 2, memory: 1 },
    { image: 3, memory: 2 },
    { image: 4, memory: 3 },
  ];
  const REPLACED_AND_IN_TURN = [
    { image: 2, memory: 2 },
    { image: 3, memory: 2 },
    { image: 4, memory: 2 },
  ];

  function outcomes(plan: readonly Plan[], manner: Manner, heedsPins = true): string[] {
    const found = new Set<string>();
    const threads: Thread<string>[] = [() => owner(plan, heedsPins), () => reader(manner)];
    for (const { results } of interleavings<string>(MEMORY, threads)) found.add(results[1] ?? "");
    return [...found].sort();
  }

  const wrong = /^reads .* as /;

  test.each([
    ["used in turn", IN_TURN, ["asks the owner", "reads image 1", "reads image 2", "reads image 3"]],
    ["replaced twice", REPLACED, ["asks the owner", "reads image 1", "reads image 2", "reads image 3", "reads image 4"]],
    [
      "replaced and used in turn",
      REPLACED_AND_IN_TURN,
      ["asks the owner", "reads image 1", "reads image 2", "reads image 3", "reads image 4"],
    ],
  ])("a reader without a turn of its event loop reads the image that it names, while memory is %s", (_, plan, seen) => {
    expect(outcomes(plan, {})).toEqual(seen);
  });

  test.each([
    ["the owner heeds no pin", IN_TURN, {}, false],
    ["the owner heeds no pin in new memory", REPLACED_AND_IN_TURN, {}, false],
    ["the reader does not look again whether the image is still the present one", IN_TURN, { checksAgain: false }, true],
    ["the reader does not compare the memory that it holds with the one that the owner names", REPLACED, { comparesMemory: false }, true],
    ["the same, and the memory is used in turn", REPLACED_AND_IN_TURN, { comparesMemory: false }, true],
  ])("if %s, it reads what it does not name", (_, plan, manner: Manner, heedsPins) => {
    expect(outcomes(plan, manner, heedsPins)).toEqual(expect.arrayContaining([expect.stringMatching(wrong)]));
  });

  test("a reader that takes nothing of what was sent asks the owner from then on", () => {
    expect(outcomes(REPLACED, { receives: false })).toEqual(["asks the owner", "reads image 1", "reads image 2"]);
  });
});

describe("a page of the index and its records, while the whole state is replaced by one of other content", () => {
  const LOADS = 0;
  const PAGE = 1;
  const RECORD = 2;
  /** What is of the first load is 1, what is of the second is 2; no record is 0. The revision of both is the same. */
  const MEMORY = [1, 1, 1];

  function* owner(): Steps<undefined> {
    yield* store(RECORD, 0);
    // The situation tells of the page and of the load at once; here the page goes first, which is no better.
    yield* store(PAGE, 0);
    yield* store(LOADS, 2);
    yield* store(RECORD, 2);
    return undefined;
  }

  function* reader(checksAgain: boolean): Steps<string> {
    const loads = yield* load(LOADS);
    const page = yield* load(PAGE);
    const record = yield* load(RECORD);
    if (page === 0 || record === 0) return "asks the owner";
    if (checksAgain && (yield* load(LOADS)) !== loads) return "asks the owner";
    return `page ${page}, record ${record}`;
  }

  function outcomes(checksAgain: boolean): string[] {
    const found = new Set<string>();
    const threads: Thread<string | undefined>[] = [() => owner(), () => reader(checksAgain)];
    for (const { results } of interleavings(MEMORY, threads)) found.add(results[1] ?? "");
    return [...found].sort();
  }

  test("an answer is of one of the two, because the reader looks again whether the state was replaced", () => {
    expect(outcomes(true)).toEqual(["asks the owner", "page 1, record 1"]);
  });

  test("without that, it may be of both", () => {
    expect(outcomes(false)).toContain("page 1, record 2");
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
