import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { naiveQuery } from "../support/naive-query.ts";
import { TINY } from "../support/opened-cache.ts";
import { smallPath, smallQuery, smallRecord } from "../support/small-records.ts";
import { foreignConnection, openForTest, temporaryDirectory } from "../support/temporary-database.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

const PROJECTS = ["one", "two", "three"];

const project = fc.nat(PROJECTS.length - 1);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("update" as const), project, record: smallRecord }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), project, path: smallPath }) },
  // Past the cache, so that only the feed of the project itself can tell.
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("foreign write" as const), project, record: smallRecord }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("foreign removal" as const), project, path: smallPath }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("sync" as const), project }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("query" as const), project, query: smallQuery }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("clear" as const, "compact" as const), project }) },
);

test("projects in one database never mix: no call on one returns, counts, evicts or changes anything of another", async () => {
  const directory = temporaryDirectory();
  let databases = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const file = join(directory, `${databases++}.db`);
      const database = await openForTest(file, { clock: WITHOUT_TIMERS });
      const stores = await Promise.all(PROJECTS.map((name) => database.openProject(name)));
      const caches = await Promise.all(stores.map((store) => MetadataCache.open(store, TINY, { clock: WITHOUT_TIMERS })));
      const models = PROJECTS.map(() => new Map<string, FileMetadata>());
      for (const next of steps) {
        const [cache, store, model] = [caches[next.project], stores[next.project], models[next.project]];
        if (cache === undefined || store === undefined || model === undefined) throw new TypeError("a step is of one of the projects");
        const others = caches.filter((other) => other !== cache);
        const before = others.map(gaugesOf);
        switch (next.kind) {
          case "update":
            await cache.update(next.record);
            model.set(next.record.path, next.record);
            expect(await cache.getMetadata(next.record.path)).toEqual(next.record);
            break;
          case "remove":
            await cache.remove(next.path);
            model.delete(next.path);
            expect(await cache.getMetadata(next.path)).toBeUndefined();
            break;
          case "foreign write":
            await store.write([next.record], []);
            model.set(next.record.path, next.record);
            break;
          case "foreign removal":
            await store.write([], [next.path as ProjectPath]);
            model.delete(next.path);
            break;
          case "sync":
            await cache.syncWithDatabase();
            expect([...cache.paths({})]).toEqual([...model.keys()].sort());
            break;
          case "query": {
            const answer = await cache.query(next.query, { consistency: "latest" });
            expect(answer.items).toEqual(naiveQuery(model.values(), next.query).slice(0, next.query.limit));
            break;
          }
          case "clear":
            cache.clear();
            break;
          case "compact":
            await store.compact((await store.position()).revision);
            break;
        }
        expect(others.map(gaugesOf)).toEqual(before);
      }
      for (const [number, cache] of caches.entries()) {
        cache.clear();
        expect((await cache.query({}, { consistency: "latest" })).items).toEqual(naiveQuery(models[number]?.values() ?? [], {}));
        expect(cache.verify()).toEqual([]);
        expect(await cache.verifyAgainstDatabase()).toEqual([]);
        await cache.shutdown();
      }
      const foreign = foreignConnection(file);
      expect(foreign.prepare("SELECT count(*) AS files FROM file").get()).toEqual({
        files: models.reduce((sum, model) => sum + model.size, 0),
      });
      foreign.close();
      await database.close();
    }),
    { numRuns: 25 },
  );
});

/** What no other project's business may change. */
function gaugesOf(cache: MetadataCache): unknown {
  const { records, residents, residentBytes, indexBytes, evictions, loads, syncs, revision } = cache.getStats();
  return { records, residents, residentBytes, indexBytes, evictions, loads, syncs, revision };
}
