import type { Random } from "../../testing/random.ts";
import { DatabaseUnavailableError } from "../../src/base/errors.ts";
import type { QueryAnswer } from "../../src/calls/cache-calls.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { HISTORY_PLANTS } from "./history-plants.ts";
import { INDEX_PLANTS } from "./index-plants.ts";
import type { Subject } from "../subject.ts";

/** A bug that a cache might have, planted in a good cache. */
export interface Plant {
  /** What the proof says of the bug. */
  readonly found: RegExp;
  /** The bug is in the cache of a process (the default), or in a thread's view of it. */
  readonly where?: "process" | "thread";
  /** The bug shows only if older states of the database are put back. */
  readonly isOfHistories?: true;
  /** The bug shows only in processes that open the project after this process has left it. */
  readonly isOfCheckpoints?: true;
  /** Changes the behaviour of a good cache. */
  plant?(good: Subject, random: Random): Partial<Subject>;
  /**
   * Changes the classes behind caches, in the process or thread that calls it, before it opens a
   * cache.
   */
  sabotage?(random: Random): void;
}

const WRONG_ANSWER = /at that revision the answer is/;
const WRONG_COUNT = /files match at that revision/;
const OTHER_RECORD = /was (?:p[\w.]+|plain\.\d+|not there) at revision/;
const STALE = /was committed before the call for the latest began/;
const BACKWARD = /the cache had been at revision/;

/** At least one bug for each thing that is proved. */
export const PLANTS: Readonly<Record<string, Plant>> = {
  "dropped-record": {
    found: WRONG_ANSWER,
    plant: (good) => ({
      query: async (question, options) => {
        const answer = await good.query(question, options);
        return answer.items.length < 2 ? answer : { ...answer, items: answer.items.slice(1) };
      },
    }),
  },
  "page-skips-a-record": {
    found: WRONG_ANSWER,
    plant: (good) => ({
      query: async (question, options) => {
        const answer = await good.query(question, options);
        return question.cursor === undefined ? answer : { ...answer, items: answer.items.slice(1) };
      },
    }),
  },
  "overload-counts-once": {
    found: /symbols match at that revision/,
    plant: (good) => ({
      symbols: async (query, options) => {
        const answer = await good.symbols(query, options);
        return { ...answer, total: new Set(answer.items.map(({ path, name }) => `${path} ${name}`)).size };
      },
    }),
  },
  "last-page-too-early": {
    found: /there is a next page/,
    plant: (good) => ({
      query: async (question, options) => {
        const { nextCursor: _, ...answer } = await good.query(question, options);
        return answer;
      },
    }),
  },
  "wrong-paths": { found: WRONG_ANSWER, plant: (good) => ({ paths: async (question) => (await good.paths(question)).slice(0, 3) }) },
  "wrong-count": { found: WRONG_COUNT, plant: (good) => ({ count: async (question) => (await good.count(question)) + 1 }) },
  "old-record": {
    found: OTHER_RECORD,
    plant: (good) => {
      const seen = new Map<string, FileMetadata>();
      return {
        get: async (path, options) => {
          const record = seen.get(path) ?? (await good.get(path, options));
          if (record !== undefined) seen.set(path, record);
          return record;
        },
      };
    },
  },
  "revived-record": {
    found: /was not there at revision/,
    plant: (good) => {
      const seen = new Map<string, FileMetadata>();
      return {
        get: async (path, options) => {
          const record = await good.get(path, options);
          if (record !== undefined) seen.set(path, record);
          return record ?? seen.get(path);
        },
      };
    },
  },
  "mixed-record": {
    found: /a record of no single version/,
    plant: (good) => ({
      get: async (path, options) => {
        const record = await good.get(path, options);
        return record === undefined ? undefined : { ...record, size: record.size + 1 };
      },
    }),
  },
  "backward-revision": {
    found: BACKWARD,
    plant: (good, random) => {
      const kept = new Map<string, QueryAnswer<FileMetadata>>();
      return {
        // The same question seldom comes twice. So this keeps the first answer of each order.
        query: async (question, options) => {
          const key = JSON.stringify([question.orderBy, question.limit]);
          const answer = kept.get(key) ?? (await good.query(question, options));
          kept.set(key, answer);
          return random.integer(2) === 0 ? answer : good.query(question, options);
        },
      };
    },
  },
  "latest-from-memory": {
    found: STALE,
    plant: (good) => ({ get: (path) => good.get(path, {}), query: (question) => good.query(question, {}) }),
  },
  "sync-does-nothing": { found: STALE, plant: () => ({ sync: () => Promise.resolve() }) },
  "write-never-made": {
    found: /was acknowledged, and was not stored by then/,
    plant: (good, random) => ({
      update: async (records) =>
        random.integer(10) === 0 ? { revision: good.revision(), changed: records.length, behind: false } : good.update(records),
    }),
  },
  "write-made-twice": {
    found: /was made twice/,
    plant: (good, random) => ({
      update: async (records) => {
        const report = await good.update(records);
        if (random.integer(10) > 0) return report;
        await good.remove(records.map(({ path }) => path));
        return good.update(records);
      },
    }),
  },
  "write-made-by-halves": {
    found: /the write was not made in one transaction/,
    plant: (good) => ({
      update: async (records) => {
        const reports = [await good.update(records.slice(1)), await good.update(records.slice(0, 1))];
        return { revision: good.revision(), changed: reports.reduce((sum, { changed }) => sum + changed, 0), behind: false };
      },
    }),
  },
  "write-made-in-part": {
    found: /only a part of the write was stored/,
    plant: (good) => ({
      update: async (records) => {
        if (records.length === 1) return good.update(records);
        await good.update(records.slice(1));
        throw new DatabaseUnavailableError("uncertain", "the connection was lost");
      },
    }),
  },
  "write-miscounted": {
    found: /rows changed, not/,
    plant: (good) => ({ update: async (records) => ({ ...(await good.update(records)), changed: 0 }) }),
  },
  "removal-never-made": {
    found: /the removal of \d files was acknowledged, and was not made/,
    plant: (good) => ({ remove: (paths) => Promise.resolve({ revision: good.revision(), changed: paths.length, behind: false }) }),
  },
  "transaction-seen-half": {
    found: /lies within a transaction/,
    plant: (good) => {
      let inside: number | undefined;
      return {
        revision: () => inside ?? good.revision(),
        update: async (records) => {
          const report = await good.update(records);
          inside = records.length > 1 ? report.revision - 1 : undefined;
          return report;
        },
      };
    },
  },
  "own-write-unseen": {
    found: BACKWARD,
    plant: (good, random) => {
      let shown = good.revision();
      return {
        revision: () => shown,
        paths: (question) => {
          if (random.integer(10) === 0) shown = good.revision();
          return good.paths(question);
        },
      };
    },
  },
  "stale-at-the-end": {
    found: /the database ended at revision|was committed before the call for the latest began/,
    plant: (good) => {
      const atFirst = good.all();
      return { all: () => atFirst };
    },
  },
  "database-is-locked": {
    found: /an operation failed/,
    plant: (_, random) => ({
      sync: () =>
        random.integer(5) === 0 ? Promise.reject(new DatabaseUnavailableError("locked", "database is locked")) : Promise.resolve(),
    }),
  },
  "process-crashes": {
    found: /ended by itself/,
    plant: (good, random) => ({
      sync: async () => {
        if (random.integer(3) === 0) throw new TypeError("this bug was planted");
        return good.sync();
      },
    }),
  },
  "thread-reads-replaced-memory": {
    where: "thread",
    found: WRONG_COUNT,
    plant: (good) => {
      const kept = new Map<string, QueryAnswer<FileMetadata>>();
      return {
        // The answer is old, but names the current revision.
        query: async (question, options) => {
          const key = JSON.stringify([question.orderBy, question.limit, question.cursor]);
          const answer = kept.get(key) ?? (await good.query(question, options));
          kept.set(key, answer);
          return { ...answer, revision: Math.max(answer.revision, good.revision()) };
        },
      };
    },
  },
  "thread-reads-the-revision-late": {
    where: "thread",
    found: /files match at that revision|at that revision the answer is|lies within a transaction/,
    plant: (good) => ({
      query: async (question, options) => {
        const answer = await good.query(question, options);
        await new Promise((resolve) => setTimeout(resolve, 5));
        return { ...answer, revision: good.revision() };
      },
    }),
  },
  "thread-goes-back": {
    where: "thread",
    found: BACKWARD,
    plant: (good, random) => {
      let kept: readonly [revision: number, answer: QueryAnswer<FileMetadata>] | undefined;
      return {
        query: async (question, options) => {
          if (kept !== undefined && random.integer(3) === 0 && question.cursor === undefined) return kept[1];
          const answer = await good.query(question, options);
          kept ??= [answer.revision, answer];
          return answer;
        },
      };
    },
  },
  "thread-loses-own-write": {
    where: "thread",
    found: /was (?:p[\w.]+|plain\.\d+|not there) at revision|at that revision the answer is/,
    plant: (good) => {
      const lost = new Map<string, FileMetadata>();
      const shown = <T extends FileMetadata | undefined>(record: T): T | FileMetadata => lost.get(record?.path ?? "") ?? record;
      return {
        update: async (records) => {
          for (const { path } of records) {
            const before = await good.get(path, {});
            if (before !== undefined) lost.set(path, before);
          }
          return good.update(records);
        },
        get: async (path, options) => shown(await good.get(path, options)),
        // A thread that misses its own write misses it in every answer: the same path seldom comes
        // twice by itself.
        query: async (question, options) => {
          const answer = await good.query(question, options);
          return question.select === undefined ? { ...answer, items: answer.items.map(shown) } : answer;
        },
      };
    },
  },
  "thread-behind-its-process": {
    where: "thread",
    found: /its process had been at revision/,
    plant: (good, random) => {
      let shown = good.revision();
      return {
        // Consistent with itself, and never going back.
        revision: () => (random.integer(40) === 0 ? (shown = good.revision()) : shown),
      };
    },
  },
  ...HISTORY_PLANTS,
  ...INDEX_PLANTS,
};

/** Call this in each process and thread before it opens anything. */
export function sabotage(name: string | undefined, where: "process" | "thread", random: Random): void {
  plantAt(name, where)?.sabotage?.(random);
}

/** The bug, if it is a bug of a process (or of a thread). */
export function plantAt(name: string | undefined, where: "process" | "thread"): Plant | undefined {
  const bug = name === undefined ? undefined : PLANTS[name];
  return (bug?.where ?? "process") === where ? bug : undefined;
}

export interface Occasions {
  readonly threads: number;
  readonly restores: number;
  readonly leastRestores: number;
  readonly leastStarts: number;
}

/** What a bug needs besides operations. */
export function occasionsFor(name: string): Occasions {
  const { where, isOfHistories = false, isOfCheckpoints = false } = PLANTS[name] ?? {};
  return {
    threads: where === "thread" ? 1 : 0,
    restores: isOfHistories ? 1 : 0,
    leastRestores: isOfHistories ? 10 : 0,
    leastStarts: isOfCheckpoints ? 14 : 0,
  };
}
