import { expect, test } from "vitest";
import { IndexLoader } from "../../src/indexing/index-loader.ts";
import { finished } from "../../src/indexing/index-manager.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { Term } from "../../src/record/terms.ts";
import { termsOf } from "../../src/record/terms.ts";
import { QueryEngine } from "../../src/query/query-engine.ts";
import { prepareReferences } from "../../src/query/references/prepared-references.ts";
import { referenceTermsOf } from "../../src/references/reference-terms.ts";
import { recordOf } from "../support/small-records.ts";

function engineOf(records: readonly FileMetadata[]): QueryEngine {
  const loader = new IndexLoader();
  for (const record of records) loader.add(record, 1, termsOf(record));
  return new QueryEngine(finished(loader.finish()));
}

function ask(engine: QueryEngine, query: object): ReturnType<QueryEngine["references"]> {
  return engine.references(prepareReferences(query), () => undefined);
}

test("ten thousand links to one document are counted, paged, and are one file each", () => {
  const links = (file: number): FileMetadata => recordOf({ path: `n${file}/a.md`, links: ["../D.md", "/D.md", "../D.md#goal"] });
  const engine = engineOf([recordOf({ path: "D.md" }), ...Array.from({ length: 10_000 }, (_, file) => links(file))]);
  const page = ask(engine, { target: "D.md", limit: 10 });
  expect([page.total, page.items.length]).toEqual([10_000, 10]);
  const rest = ask(engine, { target: "D.md", cursor: page.nextCursor });
  expect([rest.total, rest.items.length]).toEqual([10_000, 9_990]);
});

test("one document with ten thousand links to another refers to it once", () => {
  const engine = engineOf([
    recordOf({ path: "a.md", links: Array.from({ length: 10_000 }, (_, link) => `D.md#${link}`) }),
    recordOf({ path: "D.md" }),
  ]);
  expect(ask(engine, { path: "a.md", direction: "out" })).toMatchObject({ total: 1, items: [{ path: "D.md" }] });
});

test("a long ring of documents ends where it began, whatever the depth", () => {
  const files = 1_000;
  const engine = engineOf(
    Array.from({ length: files }, (_, file) => recordOf({ path: `r/${file}.md`, links: [`${(file + 1) % files}.md`] })),
  );
  const { items, total } = ask(engine, { path: "r/0.md", depth: 1_000, direction: "out" });
  expect([total, items.at(-1)?.path, items.at(-1)?.depth]).toEqual([files - 1, "r/999.md", 999]);
});

test("a document that refers to itself comes once, and nothing else does", () => {
  const engine = engineOf([recordOf({ path: "a.md", links: ["a.md", "./a.md#x"] })]);
  expect(ask(engine, { path: "a.md", depth: 5 }).items).toEqual([{ path: "a.md", depth: 1, way: ["a.md", "a.md"], forms: ["link"] }]);
});

test("a path that leads out of the root names nothing in it, however it is written", () => {
  const engine = engineOf([
    recordOf({ path: "etc/passwd" }),
    recordOf({
      path: "a/b.md",
      links: ["../../etc/passwd", "..\\..\\etc\\passwd", "%2e%2e/%2e%2e/etc/passwd", "../../../../../../etc/passwd"],
    }),
  ]);
  expect(ask(engine, { path: "etc/passwd" }).total).toBe(0);
  expect(ask(engine, { target: "../etc/passwd" }).total).toBe(0);
  expect(ask(engine, { path: "a/b.md", direction: "out" }).total).toBe(0);
});

test("names of JavaScript's own objects, emoji, marks of direction and brackets are names like others", () => {
  const names = ["__proto__", "constructor", "🙂.md", "a\u200f.md", "a(b).md", "[x].md", "toString/hasOwnProperty.md"];
  const engine = engineOf([
    ...names.map((path) => recordOf({ path })),
    recordOf({ path: "z/c.md", links: names.map((name) => `../${name}`) }),
  ]);
  for (const path of names) expect(ask(engine, { path }).items.map((item) => item.path)).toEqual(["z/c.md"]);
  expect(ask(engine, { path: "z/c.md", direction: "out" }).total).toBe(names.length);
});

test("of a million references each is found from both ends", () => {
  const loader = new IndexLoader();
  const files = 20_000;
  const each = 50;
  const path = (file: number): string => `d${file % 100}/f${file}.md`;
  for (let file = 0; file < files; file++) {
    const targets = Array.from({ length: each }, (_, link) => `../${path((file + link * 37) % files)}`);
    loader.add({ path: path(file) as FileMetadata["path"], size: 1, modifiedAt: 1 }, 1, {
      language: ["markdown" as Term],
      referenceDoc: targets.flatMap((target) => referenceTermsOf("link", target, path(file))) as Term[],
      fileName: [`f${file}.md` as Term],
      functionName: [],
      className: [],
      symbol: [],
    });
  }
  const engine = new QueryEngine(finished(loader.finish()));
  for (const file of [0, 777, 19_999]) {
    expect(ask(engine, { path: path(file) }).total).toBe(each);
    expect(ask(engine, { path: path(file), direction: "out" }).total).toBe(each);
  }
  expect(engine.danglingReferences(() => undefined).checked).toEqual({ references: files * each, files });
});
