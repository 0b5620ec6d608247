import type { IndexMerging } from "../../state/index-merging.ts";
import type { CacheState } from "../../state/cache-state.ts";
import type { CacheWrites } from "./cache-writes.ts";
import type { RecordTarget } from "./source-log.ts";
import type { CacheActivity } from "../statistics/cache-activity.ts";

/**
 * Where indexing runs write to, of a cache: its public calls, and copies that the database makes.
 */
export function runTarget(
  cache: Pick<RecordTarget, "update">,
  writes: CacheWrites,
  state: CacheState,
  merging: IndexMerging,
  { counters }: CacheActivity,
): RecordTarget {
  return {
    update: (records) => cache.update(records),
    copy: async (files) => {
      const { copied } = await writes.copy(files);
      await merging.keepUp();
      counters.updates += copied.length;
      return copied;
    },
    unreadable: async () => {
      await writes.catchUp();
      return state.unreadable;
    },
  };
}
