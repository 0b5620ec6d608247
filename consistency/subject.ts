import { DatabaseUnavailableError } from "../src/base/errors.ts";
import type { MetadataCache } from "../src/cache/metadata-cache.ts";
import type { QueryAnswer, WriteReport } from "../src/query/cache-calls.ts";
import type { FileMetadata } from "../src/model/file-metadata.ts";
import type { Random } from "../bench/random.ts";
import type { Question } from "./operation.ts";

/** What a process does with a cache. */
export interface Subject {
  revision(): number;
  get(path: string, latest: boolean): Promise<FileMetadata | undefined>;
  query(question: Question, latest: boolean): Promise<QueryAnswer<FileMetadata>>;
  paths(question: Question): readonly string[];
  count(question: Question): number;
  update(records: readonly FileMetadata[]): Promise<WriteReport>;
  remove(paths: readonly string[]): Promise<WriteReport>;
  sync(): Promise<unknown>;
}

export function subjectOf(cache: MetadataCache): Subject {
  const consistency = (latest: boolean): "latest" | "cached" => (latest ? "latest" : "cached");
  return {
    revision: () => cache.revision,
    get: (path, latest) => cache.getMetadata(path, { consistency: consistency(latest) }),
    query: (question, latest) => cache.query(question, { consistency: consistency(latest) }),
    paths: (question) => cache.paths(question),
    count: (question) => cache.count(question),
    update: (records) => cache.update(records),
    remove: (paths) => cache.remove(paths),
    sync: () => cache.syncWithDatabase(),
  };
}

/** A bug that a cache might have, planted in a good one. */
export interface Plant {
  /** What the proof says of it. */
  readonly found: RegExp;
  plant(good: Subject, random: Random): Partial<Subject>;
}

/** One bug for each thing that is proved. */
export const PLANTS: Readonly<Record<string, Plant>> = {
  "dropped-record": {
    found: /at that revision the answer is/,
    plant: (good) => ({
      query: async (question, latest) => {
        const answer = await good.query(question, latest);
        return answer.items.length < 2 ? answer : { ...answer, items: answer.items.slice(1) };
      },
    }),
  },
  "wrong-paths": { found: /at that revision the answer is/, plant: (good) => ({ paths: (question) => good.paths(question).slice(0, 3) }) },
  "old-record": {
    found: /was p\d+\.\d+\.\d+ at revision|was not there at revision|was plain\.\d+ at revision/,
    plant: (good) => {
      const seen = new Map<string, FileMetadata>();
      return {
        get: async (path, latest) => {
          const record = seen.get(path) ?? (await good.get(path, latest));
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
        get: async (path, latest) => {
          const record = await good.get(path, latest);
          if (record !== undefined) seen.set(path, record);
          return record ?? seen.get(path);
        },
      };
    },
  },
  "mixed-record": {
    found: /a record of no single version/,
    plant: (good) => ({
      get: async (path, latest) => {
        const record = await good.get(path, latest);
        return record === undefined ? undefined : { ...record, size: record.size + 1 };
      },
    }),
  },
  "backward-revision": {
    found: /the cache had been at revision/,
    plant: (good, random) => {
      const kept = new Map<string, QueryAnswer<FileMetadata>>();
      return {
        query: async (question, latest) => {
          const key = JSON.stringify(question);
          const answer = kept.get(key) ?? (await good.query(question, latest));
          kept.set(key, answer);
          return random.integer(2) === 0 ? answer : good.query(question, latest);
        },
      };
    },
  },
  "latest-from-memory": {
    found: /was committed before the call for the latest began/,
    plant: (good) => ({ get: (path) => good.get(path, false), query: (question) => good.query(question, false) }),
  },
  "write-never-made": {
    found: /was acknowledged, and was not stored by then/,
    plant: (good, random) => ({
      update: async (records) => (random.integer(10) === 0 ? { revision: good.revision(), changed: records.length } : good.update(records)),
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
  "own-write-unseen": {
    found: /the cache had been at revision/,
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
  "database-is-locked": {
    found: /an operation failed/,
    plant: (_, random) => ({
      sync: () =>
        random.integer(5) === 0 ? Promise.reject(new DatabaseUnavailableError("locked", "database is locked")) : Promise.resolve(),
    }),
  },
};

/** The good one, but for what the bug has of its own. */
export function planted(good: Subject, { plant }: Plant, random: Random): Subject {
  return { ...good, ...plant(good, random) };
}
