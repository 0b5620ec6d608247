import type { QueryAnswer } from "../../src/calls/cache-calls.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { Plant } from "./plants.ts";
import type { Subject } from "../subject.ts";

/**
 * Bugs of a cache whose database is set back to an older state. They notice this if the good cache
 * is at an earlier revision than before.
 */
export const HISTORY_PLANTS: Readonly<Record<string, Plant>> = {
  "histories-mixed": {
    isOfHistories: true,
    found: /was (?:p[\w.]+|plain\.\d+|restored\.\d+|not there) at revision/,
    plant: (good) => {
      const hasTurned = turnsOf(good);
      let [seen, undone] = [new Map<string, FileMetadata>(), new Map<string, FileMetadata>()];
      return {
        get: async (path, options) => {
          const record = await good.get(path, options);
          if (hasTurned()) [seen, undone] = [new Map<string, FileMetadata>(), seen];
          if (record !== undefined) seen.set(path, record);
          // Everything that was stored since replaces it. Only records that nobody has written are
          // kept too long.
          return undone.get(path) ?? record;
        },
      };
    },
  },
  "history-not-noticed": {
    isOfHistories: true,
    found: /of a later history was committed before the call for the latest began/,
    plant: (good) => {
      const hasTurned = turnsOf(good);
      let shown = 0;
      // How many more questions come before it notices.
      let left = 0;
      const look = (): number => {
        if (hasTurned()) left = 40;
        else if (left > 0) left--;
        if (left === 0) shown = good.revision();
        return shown;
      };
      return {
        revision: look,
        query: async (question, options) => {
          const answer = await good.query(question, options);
          return look() === answer.revision || left === 0 ? answer : { ...answer, revision: shown };
        },
        sync: () => (left > 0 ? Promise.resolve() : good.sync()),
      };
    },
  },
  "back-to-an-undone-history": {
    isOfHistories: true,
    found: /the cache had been at revision \d+ of a later history before/,
    plant: (good) => {
      const hasTurned = turnsOf(good);
      let last: QueryAnswer<FileMetadata> | undefined;
      let undone: QueryAnswer<FileMetadata> | undefined;
      return {
        query: async (question, options) => {
          const answer = await good.query(question, options);
          if (hasTurned()) undone = last;
          last = answer;
          const isUndone = undone !== undefined && undone.revision > answer.revision;
          return isUndone && undone !== undefined ? undone : answer;
        },
      };
    },
  },
};

/** Returns true if the cache was seen to go back since the last call. */
function turnsOf(good: Subject): () => boolean {
  let highest = 0;
  return () => {
    const revision = good.revision();
    const hasTurned = revision < highest;
    highest = revision;
    return hasTurned;
  };
}
