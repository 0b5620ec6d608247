import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { forgottenExports } from "../../scripts/api/check-api.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

/** A package with these declarations in `dist/`, whose entry point is `dist/index.d.ts`. */
function forgottenOf(files: Readonly<Record<string, string>>): readonly string[] {
  const root = temporaryDirectory();
  writeFileSync(
    join(root, "package.json"),
    JSON.stringify({ exports: { ".": { types: "./dist/index.d.ts" }, "./package.json": "./package.json" } }),
  );
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, "dist", name)), { recursive: true });
    writeFileSync(join(root, "dist", name), text);
  }
  return forgottenExports(root);
}

const PARTS = `
import type { Far } from "./far/far.ts";
export interface Base { readonly text: string }
export interface Options<T> extends Base { readonly own: T; readonly far: Far; readonly list: readonly Map<string, Row>[] }
type Row = { readonly path: string };
export declare class Store { open(given: Options<number>): Promise<Row> }
export declare function read(store: Store): void;
`;
const FAR = `export interface Far { readonly size: number }\n`;

test("every type that an entry point mentions and does not export is told, wherever it is declared", () => {
  const index = `export { read } from "./parts.js";\n`;
  expect(forgottenOf({ "index.d.ts": index, "parts.d.ts": PARTS, "far/far.d.ts": FAR })).toEqual([
    "metacache mentions Store, which it does not export",
  ]);
  const more = `export { read, type Options, type Store } from "./parts.js";\n`;
  expect(forgottenOf({ "index.d.ts": more, "parts.d.ts": PARTS, "far/far.d.ts": FAR })).toEqual([
    "metacache mentions Base, which it does not export",
    "metacache mentions Far, which it does not export",
    "metacache mentions Row, which it does not export",
  ]);
});

test("what is exported from elsewhere or under another name is exported; parameters and the language's own types need not be", () => {
  const index = `
export { read, type Options as ReadOptions, type Base, Store } from "./parts.js";
export type { Far } from "./far/far.js";
export type { Row } from "./parts.js";
`;
  const parts = PARTS.replace("type Row", "export type Row");
  expect(forgottenOf({ "index.d.ts": index, "parts.d.ts": parts, "far/far.d.ts": FAR })).toEqual([]);
});

test("all that another file exports is exported, and what that mentions is told as well", () => {
  const index = `export type * from "./all.js";\n`;
  const all = `export { read, type Options, type Store } from "./parts.js";\nexport type { Far } from "./far/far.js";\n`;
  expect(forgottenOf({ "index.d.ts": index, "all.d.ts": all, "parts.d.ts": PARTS, "far/far.d.ts": FAR })).toEqual([
    "metacache mentions Base, which it does not export",
    "metacache mentions Row, which it does not export",
  ]);
});
