import { describe, expect, test } from "vitest";
import { type Access, interleavings, load, store, type Thread } from "./interleavings.ts";

// The protocol of docs/decisions/0025 in its own words, every interleaving of small histories: what
// a reader may come to see.

type Steps<T> = Generator<Access, T, number>;

describe("a slot, and a ring of bytes", () => {
  const VERSION = 0;
  const HASH = 1;
  const OFFSET = 2;
  const RING = 3;
  /**
   * Two blocks of two words: what comes third is written over what came first. Record n is the
   * words n and n.
   */
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

  /**
   * How a reader looks at the version again: by an addition of 0, by a load, past which the plain
   * reads before it may be made, or not at all.
   */
  type Second = "by adding 0" | "by a load" | "not at all";

  /** What some reads after each other saw: a record's words, or nothing. */
  function* reader(reads: number, second: Second): Steps<readonly string[]> {
    const seen: string[] = [];
    for (let read = 0; read < reads; read++) {
      const version = yield* load(VERSION);
      if (version % 2 !== 0 || (yield* load(HASH)) !== 7) continue;
      const offset = yield* load(OFFSET);
      const again = second === "by a load" ? yield* load(VERSION) : version;
      const words = [yield* load(RING + offset), yield* load(RING + offset + 1)];
      if ((second === "by adding 0" ? yield* load(VERSION) : again) !== version) continue;
      seen.push(words.join(" "));
    }
    return seen;
  }

  function seenOf(
    memory: readonly number[],
    owner: Thread<undefined>,
    { reads = 1, second = "by adding 0" }: { readonly reads?: number; readonly second?: Second } = {},
  ): string[] {
    const seen = new Set<string>();
    const threads: Thread<readonly string[] | undefined>[] = [owner, () => reader(reads, second)];
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

  test.each(["not at all", "by a load"] as const)("if it looks at the version again %s, it sees mixed ones", (second) => {
    expect(seenOf(EMPTY, () => puts(1, 2, 3), { second })).toEqual(expect.arrayContaining(["3 1"]));
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

describe("the published, told in two copies in turn", () => {
  const TOLD = 0;
  /** Two words per copy, which belong together: after the publication n, both are n. */
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

  test("a reader sees only whole published states", () => {
    expect([...seenOf(2)].sort()).toEqual(["0 0", "1 1", "2 2", "3 3"]);
  });

  test.each([1, 2, 3, 4, 5])("if the owner ends after %i steps, readers go on with the last published that was told", (steps) => {
    const last = Math.floor(steps / 3);
    const seen = seenOf(2, { steps, tells: 2 });
    expect([...seen].sort()).toEqual(Array.from({ length: last + 1 }, (_, told) => `${told} ${told}`));
  });

  test("without looking again whether it is still the last one, or in one copy, it sees mixed ones", () => {
    expect([...seenOf(2, { checksAgain: false })]).toEqual(expect.arrayContaining(["2 0"]));
    expect([...seenOf(1)]).toEqual(expect.arrayContaining(["1 0"]));
  });
});

describe("generations, each with a log, and a reader without a turn of its event loop", () => {
  /**
   * The revision, the generation and how far its log goes, as one word: the state is published as a
   * whole.
   */
  const PUBLISHED = 0;
  /** The last generation that was sent, and the last that the reader has taken. */
  const SENT = 1;
  const TAKEN = 2;
  /**
   * Of each generation what it begins with, and the two places of its log: all of them revisions; 0
   * is nothing yet.
   */
  const GENERATIONS = 3;
  const PLACES = 3;
  const tell = (revision: number, generation: number, logged: number): number => 100 * revision + 10 * generation + logged;
  const placeOf = (generation: number, place: number): number => GENERATIONS + PLACES * (generation - 1) + place;
  /** Generation 1 begins with revision 1; the reader has it. */
  const MEMORY = [tell(1, 1, 0), 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];

  interface OwnerWays {
    /** The state is published after everything that it names. */
    readonly tellsLast?: boolean;
    /** A generation is memory of its own, and is not written where another one is. */
    readonly takesNewMemory?: boolean;
    /** Nothing is sent before what was sent last is taken. */
    readonly waitsForTaking?: boolean;
  }

  /**
   * Two revisions for the log of the present generation, and then two generations of a revision
   * each.
   */
  function* owner({ tellsLast = true, takesNewMemory = true, waitsForTaking = true }: OwnerWays): Steps<string> {
    let sent = 1;
    let most = 1;
    let revision = 1;
    function* follow(generation: number, place: number, logged: number): Steps<void> {
      revision++;
      if (!tellsLast) yield* store(PUBLISHED, tell(revision, generation, logged));
      yield* store(placeOf(takesNewMemory ? generation : 1, place), revision);
      if (generation > sent && (!waitsForTaking || (yield* load(TAKEN)) === sent)) {
        sent = generation;
        // How many generations a reader that takes none keeps alive: what was sent since it took
        // one, and that one.
        most = Math.max(most, sent - (yield* load(TAKEN)));
        yield* store(SENT, sent);
      }
      if (tellsLast) yield* store(PUBLISHED, tell(revision, generation, logged));
    }
    yield* follow(1, 1, 1);
    yield* follow(2, 0, 0);
    yield* follow(3, 0, 0);
    return `${most}`;
  }

  interface ReaderWays {
    /** The reader answers only from the generation that the published state names. */
    readonly compares?: boolean;
    /** The reader reads the log as far as the same state says, not as far as the log goes. */
    readonly heedsLength?: boolean;
    /** It asks for what was sent, since it has no turn of its event loop. */
    readonly receives?: boolean;
    /** The reader names the revision of the state by which it has read, not of a later state. */
    readonly namesSame?: boolean;
  }

  function* reader({ compares = true, heedsLength = true, receives = true, namesSame = true }: ReaderWays): Steps<string> {
    let opened = 1;
    for (let attempt = 0; attempt < 2; attempt++) {
      const published = yield* load(PUBLISHED);
      const generation = Math.floor(published / 10) % 10;
      if (compares && opened !== generation) {
        const sent = receives ? yield* load(SENT) : opened;
        if (sent === opened) return "asks the owner";
        opened = sent;
        yield* store(TAKEN, sent);
        if (opened !== generation) continue;
      }
      let found = yield* load(placeOf(opened, 0));
      const logged = heedsLength ? published % 10 : 1;
      if (logged > 0) found = (yield* load(placeOf(opened, 1))) || found;
      const revision = Math.floor((namesSame ? published : yield* load(PUBLISHED)) / 100);
      return found === revision ? `reads revision ${revision}` : `reads revision ${found} as ${revision}`;
    }
    return "asks the owner";
  }

  function outcomes(ownerWays: OwnerWays, readerWays: ReaderWays): { readonly read: string[]; readonly mostSent: number } {
    const read = new Set<string>();
    let mostSent = 0;
    for (const { results } of interleavings<string>(MEMORY, [() => owner(ownerWays), () => reader(readerWays)])) {
      read.add(results[1] ?? "");
      mostSent = Math.max(mostSent, Number(results[0]));
    }
    return { read: [...read].sort(), mostSent };
  }

  const wrong = /^reads .* as /;

  test("a reader reads the revision that it names, or asks the owner", () => {
    expect(outcomes({}, {}).read).toEqual(["asks the owner", "reads revision 1", "reads revision 2", "reads revision 3"]);
  });

  test("a reader that does not ask for what was sent goes on with its own generation, and then asks the owner", () => {
    expect(outcomes({}, { receives: false }).read).toEqual(["asks the owner", "reads revision 1", "reads revision 2"]);
  });

  test.each<readonly [string, OwnerWays, ReaderWays]>([
    ["the owner tells of a change or a generation before it is there", { tellsLast: false }, {}],
    ["the owner writes a generation where another one is", { takesNewMemory: false }, {}],
    ["the reader does not compare the generation that it has with the one that the owner names", {}, { compares: false }],
    ["the reader follows the log further than the published says", {}, { heedsLength: false }],
    ["the reader names the revision of a later published", {}, { namesSame: false }],
  ])("if %s, a reader reads what it does not name", (_, ownerWays, readerWays) => {
    expect(outcomes(ownerWays, readerWays).read).toEqual(expect.arrayContaining([expect.stringMatching(wrong)]));
  });

  test("a reader that takes nothing keeps one generation alive beside its own, because the owner waits until it was taken", () => {
    expect(outcomes({}, {}).mostSent).toBe(1);
    expect(outcomes({ waitsForTaking: false }, {}).mostSent).toBe(2);
  });
});

describe("a page of the index and its records, while the whole state is replaced by one of other content", () => {
  const LOADS = 0;
  const PAGE = 1;
  const RECORD = 2;
  /**
   * What is of the first load is 1, what is of the second is 2; no record is 0. The revision of
   * both is the same.
   */
  const MEMORY = [1, 1, 1];

  function* owner(): Steps<undefined> {
    yield* store(RECORD, 0);
    // The real state names the page and the load at once. Here the page comes first, which is no
    // better.
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

  /**
   * The revisions of two records and of the cache, in every order of looking; without those that
   * were not there.
   */
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
