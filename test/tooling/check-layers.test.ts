import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { findLayerBreaches, findTreeBreaches } from "../../scripts/check-layers.ts";
import { LAYERS } from "../../scripts/layers.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

function breachesIn(files: Readonly<Record<string, string>>): readonly string[] {
  const root = temporaryDirectory();
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, "src", file)), { recursive: true });
    writeFileSync(join(root, "src", file), text);
  }
  return findLayerBreaches(root);
}

test("this repository keeps to its layers", () => {
  expect(findLayerBreaches(join(import.meta.dirname, "../.."))).toEqual([]);
});

test("this repository's trees import only those that they may, and another import is reported", () => {
  expect(findTreeBreaches(join(import.meta.dirname, "../.."))).toEqual([]);
  const root = temporaryDirectory();
  for (const [file, text] of [
    ["src/a.ts", 'import "../testing/b.ts";'],
    ["testing/b.ts", 'import "../src/a.ts";\nimport "node:fs";\nexport * from "../bench/c.ts";'],
    ["bench/c.ts", "export let c: import('../test/d.ts').D;"],
    ["test/d.ts", 'import "../bench/c.ts";'],
  ] as const) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const trees = { src: [], testing: ["src"], bench: ["src", "testing"], test: ["src", "testing", "bench"] };
  expect(findTreeBreaches(root, trees)).toEqual([
    'src/a.ts:1: "src" must not import "testing"; it may import no other tree',
    'testing/b.ts:3: "testing" must not import "bench"; it may import src',
    'bench/c.ts:1: "bench" must not import "test"; it may import src, testing',
  ]);
});

test("the table has each layer after all that it imports, so there can be no ring", () => {
  const names = Object.keys(LAYERS);
  const layerOf = (target: string): string | undefined =>
    names.filter((name) => target === name || target.startsWith(`${name}/`)).sort((a, b) => b.length - a.length)[0];
  for (const [position, name] of names.entries()) {
    for (const target of LAYERS[name]?.imports ?? []) {
      expect(names.slice(0, position), `${name} imports ${target}`).toContain(layerOf(target));
    }
  }
});

describe("an import that the table does not allow", () => {
  test("is reported with its file, line, layer, and what the layer may import", () => {
    const text =
      '/** Evicts. */\nimport { assert } from "../base/assert.ts";\nimport type {\n  CacheStorage,\n} from "../storage/cache-storage.ts";\n';
    expect(breachesIn({ "eviction/fifo.ts": text })).toEqual([
      'src/eviction/fifo.ts:5: the layer "eviction" must not import src/storage/cache-storage.ts (of "storage"); it may import base, record, config',
    ]);
  });

  test.each([
    ["an import for its effects", 'import "../cache/x.ts";'],
    ["a type", 'import type { X } from "../cache/x.ts";'],
    ["a type within an expression", 'export let x: import("../cache/x.ts").X;'],
    ["a re-export of names", 'export { x, y } from "../cache/x.ts";'],
    ["a re-export of everything", 'export * from "../cache/x.ts";'],
    ["an import when it runs", 'export const x = await import("../cache/x.ts");'],
  ])("is found as %s", (_, text) => {
    expect(breachesIn({ "query/y.ts": text })).toEqual([
      expect.stringContaining('src/query/y.ts:1: the layer "query" must not import src/cache/x.ts'),
    ]);
  });

  test.each([
    ["the synchroniser does not know an adapter of the database", "sync/x.ts", "../database/sqlite/sqlite-database.ts"],
    ["the cache does not know one either", "cache/x.ts", "../database/sqlite/sqlite-database.ts"],
    ["the port does not know its adapters", "database/x.ts", "./sqlite/sqlite-database.ts"],
    ["the storage knows no strategy", "storage/x.ts", "../eviction/lru-eviction-strategy.ts"],
    ["the extraction does not know where records go", "extraction/x.ts", "../database/metadata-database.ts"],
    ["the configuration does not know how a file is read", "config/x.ts", "./project-file.ts"],
    ["nobody knows the command", "threads/x.ts", "../cli/main.ts"],
  ])("%s", (_, file, target) => {
    expect(breachesIn({ [file]: `import { x } from "${target}";` })).toHaveLength(1);
  });

  test("is refused where only running it would tell what it is", () => {
    expect(breachesIn({ "base/x.ts": "export const load = (name: string): Promise<unknown> => import(name);" })).toEqual([
      expect.stringContaining("src/base/x.ts:1:"),
    ]);
  });
});

describe("what the table allows", () => {
  test.each([
    ["sync/x.ts", "../database/metadata-database.ts"],
    ["storage/x.ts", "../eviction/eviction-strategy.ts"],
    ["cache/opening/project-database.ts", "../../database/sqlite/sqlite-source.ts"],
    ["extraction/languages/x.ts", "../symbols/y.ts"],
    ["cli/x.ts", "../extraction/index-run.ts"],
  ])("%s imports %s", (file, target) => {
    expect(breachesIn({ [file]: `import { x } from "${target}";` })).toEqual([]);
  });

  test("is judged by the code: a comment or a string is none", () => {
    expect(breachesIn({ "base/x.ts": '// import "../cache/x.ts"\nexport const text = \'setTimeout(); import "../cache/x.ts"\';' })).toEqual(
      [],
    );
  });
});

describe("Node's modules and packages", () => {
  test.each(["node:fs", "fs", "node:timers/promises"])("%s is for the edges alone", (name) => {
    expect(breachesIn({ "indexing/x.ts": `import * as x from "${name}";`, "extraction/x.ts": `import * as x from "${name}";` })).toEqual([
      expect.stringMatching(
        /^src\/indexing\/x\.ts:1: the layer "indexing" must not import .*only the edges know \(files, config\/project-file\.ts, query\/pattern\/linear-engine\.ts, database,/,
      ),
    ]);
  });

  test("a package is for the layers that name it", () => {
    expect(breachesIn({ "indexing/x.ts": 'import { RE2JS } from "re2js";', "query/x.ts": 'import { RE2JS } from "re2js";' })).toEqual([
      'src/indexing/x.ts:1: the layer "indexing" must not import the package re2js; it may import none',
    ]);
  });
});

describe("a restricted expression", () => {
  test.each([
    "Date.now()",
    "new Date()",
    "setTimeout(() => {}, 1)",
    "setInterval(() => {}, 1)",
    "setImmediate(() => {})",
    "globalThis.setTimeout(() => {}, 1)",
    "globalThis.performance",
    "performance.now()",
    "AbortSignal.timeout(5)",
  ])("%s is for src/base/clock.ts alone, the edges included", (expression) => {
    const text = `export const x = (): unknown =>\n  ${expression};`;
    expect(breachesIn({ "base/clock.ts": text, "cli/x.ts": text })).toEqual([expect.stringMatching(/^src\/cli\/x\.ts:2: .*take a Clock/)]);
  });

  test("new Error is for nobody", () => {
    expect(breachesIn({ "cli/x.ts": 'throw new Error("x");' })).toEqual([
      expect.stringMatching(/^src\/cli\/x\.ts:1: new Error .*MetacacheError/),
    ]);
  });

  test.each(["process.env", "Buffer.from([])", "console.log(1)", 'fetch("x")'])("%s is for the edges alone", (expression) => {
    const text = `export const x = ${expression};`;
    expect(breachesIn({ "record/x.ts": text, "cli/x.ts": text })).toEqual([
      expect.stringMatching(/^src\/record\/x\.ts:1: .*only the edges/),
    ]);
  });

  test("a given time may be rendered, and a clock of one's own may have methods of such names", () => {
    expect(breachesIn({ "cli/x.ts": "export const x = [new Date(5), clock.setTimeout(), this.performance];" })).toEqual([]);
  });
});

describe("the message of an assertion", () => {
  const breachesOf = (message: string): readonly string[] =>
    breachesIn({ "base/x.ts": `import { assert } from "./assert.ts";\nassert(\n  1 > 0,\n  ${message},\n);` });

  test.each(["`key ${1}`", '"key " + String(1)', "String(1)", "1 > 0 ? `a ${1}` : `b`", "(`key ${1}` as string)"])(
    "that is built although it holds, as %s, is refused",
    (message) => {
      expect(breachesOf(message)).toEqual([expect.stringMatching(/^src\/base\/x\.ts:4: assert builds its message/)]);
    },
  );

  test.each(['"a key is in no list"', "() => `key ${1}`", "MESSAGE", "texts.MESSAGE"])("may be %s", (message) => {
    expect(breachesOf(message)).toEqual([]);
  });
});

test("a folder that is no layer is refused with those that are, and a file that cannot be read as code by its error", () => {
  expect(breachesIn({ "utils/x.ts": "", "base/x.ts": "const = ;" })).toEqual([
    expect.stringMatching(/^src\/base\/x\.ts:1: /),
    expect.stringMatching(/^src\/utils\/x\.ts:1: belongs to no layer; the layers are base, files, references, record, /),
  ]);
});
