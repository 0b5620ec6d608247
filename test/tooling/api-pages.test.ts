import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { renderPages, undocumented } from "../../scripts/api/api-pages.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

const INDEX = `
export { Store, type Options, type Kind, open } from "./parts.js";
`;
const PARTS = `
import type { Base } from "./base.ts";
/** The kinds. */
export declare const KINDS: readonly ["small", "large"];
/** What a store can be. */
export type Kind = (typeof KINDS)[number];
/** How to open. The rest is details. */
export interface Options {
    /** Its \`Kind\`. */
    readonly kind?: Kind | undefined;
    readonly silent: string;
}
/** A store of rows. */
export declare class Store implements Base {
    #private;
    private constructor();
    read(path: string): Promise<Options>;
    /** Writes one row. */
    write(row: string): void;
    /** Writes many rows. */
    write(rows: readonly string[]): void;
    [Symbol.dispose](): void;
}
/** Opens a store. */
export declare function open(options: Options): Store;
`;
const BASE = `
export interface Base {
    /** Reads what a path has. */
    read(path: string): unknown;
}
`;

/** A package of two entry points, the second of which exports a part of the first. */
function packageRoot(files: Readonly<Record<string, string>> = {}): string {
  const root = temporaryDirectory();
  const entry = (name: string): object => ({ types: `./dist/${name}.d.ts` });
  const given = {
    "index.d.ts": INDEX,
    "more.d.ts": `export type { Kind } from "./parts.js";\n`,
    "parts.d.ts": PARTS,
    "base.d.ts": BASE,
    ...files,
  };
  writeFileSync(join(root, "package.json"), JSON.stringify({ exports: { ".": entry("index"), "./more": entry("more") } }));
  for (const [name, text] of Object.entries(given)) {
    mkdirSync(dirname(join(root, "dist", name)), { recursive: true });
    writeFileSync(join(root, "dist", name), text);
  }
  return root;
}

test("each entry point and each class has a page, and each name is described once", () => {
  const pages = renderPages(packageRoot());
  expect([...pages.keys()].sort()).toEqual(["metacache-more.md", "metacache.md", "store.md"]);
  expect(pages.get("metacache-more.md")).toContain("| [`Kind`](metacache.md#kind) | What a store can be. |");
  expect(pages.get("metacache-more.md")).not.toContain("### Kind");
});

test("a page shows text, signature and links of each name, and a union in place of the list that it is made from", () => {
  const page = renderPages(packageRoot()).get("metacache.md") ?? "";
  expect(page).toContain("| [`Options`](metacache.md#options) | How to open. |");
  expect(page).toContain('```ts\ntype Kind = "small" | "large"\n```');
  expect(page).toContain(
    "```ts\nfunction open(options: Options): Store\n```\n\nTypes: [`Options`](metacache.md#options), [`Store`](store.md).",
  );
  expect(page).toMatch(/^- `kind\?: Kind \| undefined` \(\[`Kind`\]\(metacache\.md#kind\)\): Its\s+\[`Kind`\]\(metacache\.md#kind\)\.$/m);
});

test("the page of a class has its public members with their overloads, and the text of what they implement", () => {
  const page = renderPages(packageRoot()).get("store.md") ?? "";
  expect(page.match(/^## .*$/gm)).toEqual(["## read", "## write", "## [Symbol.dispose]"]);
  expect(page).toContain("Reads what a path has.");
  expect(page).toContain("```ts\nwrite(row: string): void\nwrite(rows: readonly string[]): void\n```\n\nWrites one row.");
});

test("every link of the pages leads to a page, and to a heading of it", () => {
  const pages = renderPages(packageRoot());
  const links = [...pages.values()].flatMap((text) => [...text.matchAll(/\]\(([\w-]+\.md)(?:#([\w-]+))?\)/g)]);
  expect(links.length).toBeGreaterThan(8);
  for (const [, page = "", heading] of links) {
    const headings = pages
      .get(page)
      ?.match(/^#+ .*$/gm)
      ?.map((line) => line.replace(/^#+ /, "").toLowerCase());
    expect(headings).toBeDefined();
    if (heading !== undefined) expect(headings).toContain(heading);
  }
});

test("a name and a member without a doc comment are told, and a member that implements a documented one is not", () => {
  expect(undocumented(packageRoot())).toEqual(["Options.silent (dist/parts.d.ts)"]);
  const root = packageRoot({ "parts.d.ts": PARTS.replace("/** Opens a store. */", ""), "base.d.ts": BASE.replace(/\/\*\*.*\*\//, "") });
  expect(undocumented(root)).toEqual(["Options.silent (dist/parts.d.ts)", "Store.read (dist/parts.d.ts)", "open (dist/parts.d.ts)"]);
});
