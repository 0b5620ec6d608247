import { describe, expect, onTestFinished, test } from "vitest";
import { naiveCiting, naiveDepths } from "../support/naive-references.ts";
import { recordOf } from "../support/small-records.ts";
import type { CacheUnderTest } from "./metadata-cache-contract.ts";

const RECORDS = [
  recordOf({ path: "README.md", language: "markdown", links: ["docs/D.md#goal", "docs/"] }),
  recordOf({ path: "docs/D.md", language: "markdown", links: ["E.md", "D.md", "../src/a.ts"] }),
  recordOf({ path: "docs/E.md", language: "markdown", links: ["D.md"] }),
  recordOf({ path: "docs/lonely.md", language: "markdown", links: ["gone.md", "../../out.md"] }),
  recordOf({ path: "src/a.ts", comments: ["docs/D.md", "./docs/D.md", "docs/gone.md", "NOBODY.md"], documents: ["E.md"] }),
  recordOf({ path: "src/b.ts", comments: ["D.md"], documents: ["docs\\D.md §3.2"] }),
];

/** What a cache must say of references, in every thread. */
export function describeReferences(name: string, open: () => Promise<CacheUnderTest>): void {
  describe(`${name}, asked for references`, () => {
    async function openFilled(): Promise<CacheUnderTest> {
      const opened = await open();
      onTestFinished(() => opened.dispose());
      await opened.cache.update(RECORDS);
      return opened;
    }

    test("says who refers to a document in any spelling, whatever is in memory", async () => {
      const { cache, clear } = await openFilled();
      for (const target of ["docs/D.md", "./docs/D.md", "docs\\D.md", "D.md", "docs//D.md"]) {
        const { items, total, exists, ...rest } = await cache.references({ target });
        expect(items.map(({ path, forms }) => ({ path, forms }))).toEqual(naiveCiting(RECORDS, "docs/D.md"));
        expect([total, exists, rest.target, rest.revision]).toEqual([5, true, "docs/D.md", cache.revision]);
        await clear();
      }
      const found = await cache.query({ referenceDoc: "./docs/D.md#goal", select: ["path"] });
      expect(found.items.map(({ path }) => path)).toEqual(naiveCiting(RECORDS, "docs/D.md").map(({ path }) => path));
    });

    test("says where the references stand, each as it is written", async () => {
      const { cache, clear } = await openFilled();
      await clear();
      const { items } = await cache.references({ target: "docs/D.md", forms: ["header", "comment"], places: true });
      expect(items.map(({ path, places }) => [path, places])).toEqual([
        [
          "src/a.ts",
          [
            { form: "comment", target: "docs/D.md", line: 1, column: 4 },
            { form: "comment", target: "./docs/D.md", line: 2, column: 4 },
          ],
        ],
        [
          "src/b.ts",
          [
            { form: "header", target: "docs\\D.md §3.2", line: 1, section: "§3.2" },
            { form: "comment", target: "D.md", line: 1, column: 4 },
          ],
        ],
      ]);
      const out = await cache.references({ path: "src/b.ts", direction: "out", places: true });
      expect(out.items.map(({ path, places }) => [path, places?.length])).toEqual([["docs/D.md", 2]]);
    });

    test("keeps to a section that is asked for, on the first step", async () => {
      const { cache, clear } = await openFilled();
      await clear();
      const { items, section } = await cache.references({ target: "docs/D.md §3.2", depth: 3 });
      expect([section, items.map(({ path }) => path)]).toEqual(["§3.2", ["src/b.ts"]]);
      expect((await cache.references({ target: "docs/D.md#none" })).total).toBe(0);
    });

    test("goes both ways to any depth, each file once, a file that refers to itself too", async () => {
      const { cache } = await openFilled();
      for (const direction of ["in", "out"] as const) {
        for (const depth of [1, 2, 1_000]) {
          const { items } = await cache.references({ path: "docs/D.md", direction, depth });
          expect(new Map(items.map((item) => [item.path, item.depth]))).toEqual(naiveDepths(RECORDS, "docs/D.md", direction, depth));
        }
      }
      const { items } = await cache.references({ path: "README.md", direction: "out", depth: 2 });
      expect(items).toContainEqual({ path: "docs", isFolder: true, depth: 1, way: ["README.md", "docs"], forms: ["link"] });
      expect(items).toContainEqual({ path: "src/a.ts", depth: 2, way: ["README.md", "docs/D.md", "src/a.ts"], forms: ["link"] });
    });

    test("gives the same items page by page", async () => {
      const { cache } = await openFilled();
      const query = { path: "docs/D.md", depth: 9 };
      const { items } = await cache.references(query);
      const paged: unknown[] = [];
      for (let cursor: string | undefined, more = true; more;) {
        const page = await cache.references({ ...query, limit: 2, cursor });
        expect(page.total).toBe(items.length);
        paged.push(...page.items);
        cursor = page.nextCursor;
        more = cursor !== undefined;
      }
      expect(paged).toEqual(items);
    });

    test("follows documents that are made, moved and deleted, without a change of the files that refer to them", async () => {
      const { cache, writeElsewhere } = await openFilled();
      const gone = async (): Promise<unknown> => {
        const { items } = await cache.danglingReferences({ consistency: "latest" });
        return items.map(({ path, target, reason }) => `${path}: ${target}, ${reason}`);
      };
      const before = ["docs/lonely.md: gone.md, missing", "docs/lonely.md: ../../out.md, outside", "src/a.ts: docs/gone.md, missing"];
      expect(await gone()).toEqual(before);
      await writeElsewhere([recordOf({ path: "docs/gone.md", language: "markdown" })], []);
      expect(await gone()).toEqual(["docs/lonely.md: ../../out.md, outside"]);
      expect((await cache.references({ target: "gone.md" })).items.map(({ path }) => path)).toEqual(["docs/lonely.md", "src/a.ts"]);
      await writeElsewhere([recordOf({ path: "src/D.md", language: "markdown" })], ["docs/gone.md"]);
      expect(await gone()).toEqual(before);
      const { items } = await cache.references({ path: "src/D.md" });
      expect(items.map(({ path }) => path)).toEqual(["src/b.ts"]);
      expect(await cache.references({ target: "docs/gone.md" })).toMatchObject({ exists: false, total: 2 });
    });

    test("lists what no way from the roots reaches", async () => {
      const { cache } = await openFilled();
      expect(await cache.orphanDocuments()).toMatchObject({ items: ["docs/lonely.md"], total: 1, documents: 4, roots: ["README.md"] });
      expect((await cache.orphanDocuments({ roots: ["docs/"] })).items).toEqual(["README.md"]);
      await expect(cache.orphanDocuments({ roots: ["nowhere"] })).rejects.toMatchObject({ code: "E_QUERY" });
    });

    test("counts what it has looked at", async () => {
      const { cache } = await openFilled();
      const { checked, total } = await cache.danglingReferences();
      expect([total, checked]).toEqual([3, { references: 14, files: 6 }]);
    });

    test.each([
      [{}, "needs either a target or a path"],
      [{ target: "a", path: "b" }, "not both"],
      [{ path: "../a" }, "segment"],
      [{ target: " " }, "is empty"],
      [{ target: "a", depth: 0 }, "depth"],
      [{ target: "a", direction: "up" }, "direction"],
      [{ target: "a", forms: ["header", "other"] }, "forms[1]"],
      [{ target: "a", forms: [] }, "forms"],
      [{ target: "a", cursor: "x" }, "cursor"],
      [{ target: "a", limits: 1 }, "limits"],
    ])("refuses %j", async (query, words) => {
      const { cache } = await openFilled();
      await expect(cache.references(query as never)).rejects.toMatchObject({
        code: "E_QUERY",
        message: expect.stringContaining(words) as string,
      });
    });
  });
}
