import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { termsOf } from "../../src/record/terms.ts";
import { extractText } from "../extraction/extract-text.ts";
import { jsonIn, metacacheIn } from "../support/command.ts";
import { keptDirectory } from "../support/temporary-database.ts";

const DOCUMENT = `# Guide

[right](#über-die-welt-ja), [twice](#part-1), [top](#top), [start](#), [given](#given), [prefixed](#user-content-part), [route](#/docs),
[line](#L12), [note](#fn-1), [back](#user-content-fnref-1), [by name](#by-name), [of a heading](#own-id), [![badge](https://x/y.svg)](#badge)

<a name="by-name"></a><p id="given">x</p>

## Über die Welt: ja!

## Part

## Part

## Titled {#own-id}

\`\`\`md
[an example](#nowhere)
\`\`\`

[wrong](#parts-2) and [dashed](#über--die-welt-ja), [far](#entirely-else) [left out](#left-out-here) <!-- metacache-ignore: made by the site -->

[defined]: #no-definition
`;

const root = keptDirectory();
let findings: readonly Record<string, unknown>[];

beforeAll(async () => {
  mkdirSync(join(root, "docs"));
  writeFileSync(join(root, "docs/guide.md"), DOCUMENT);
  writeFileSync(join(root, "docs/bare.md"), "Nothing.\n\n[gone](#gone)\n");
  writeFileSync(join(root, "docs/self.md"), "# Self\n\n[by its name](self.md#self) [by its section](#self)\n");
  findings = (await jsonIn(root, "check"))["findings"] as readonly Record<string, unknown>[];
});

test("a link to a section of its own document is checked: headings, given anchors, the start, footnotes and routes are no faults", () => {
  expect(findings.map(({ path, line, code, target, remedy }) => [path, line, code, target, remedy])).toEqual([
    ["docs/bare.md", 3, "no-such-section", "#gone", "it has no headings: name only the document"],
    ["docs/guide.md", 20, "no-such-section", "#parts-2", 'the nearest is "#part-1"'],
    ["docs/guide.md", 20, "no-such-section", "#über--die-welt-ja", 'the nearest is "#über-die-welt-ja"'],
    ["docs/guide.md", 20, "no-such-section", "#entirely-else", "name one of its 8 headings"],
    ["docs/guide.md", 22, "no-such-section", "#no-definition", "name one of its 8 headings"],
  ]);
});

test("such links are counted, left out by marks, and mended if one anchor differs in punctuation alone", async () => {
  const { stdout } = await metacacheIn(root, "check");
  expect(stdout).toMatch(/checked \d+ references in 3 files, 5 dangling, 1 ignored\n$/);
  expect(findings.map(({ fix }) => fix).filter((fix) => fix !== undefined)).toEqual([
    { from: "#über--die-welt-ja", to: "#über-die-welt-ja" },
  ]);
});

test("they make a document depend on nothing, and take nothing in the index; a link by its own name does", async () => {
  await metacacheIn(root, "index");
  const related = async (path: string): Promise<unknown> => (await jsonIn(root, "refs", path))["items"];
  expect(JSON.stringify(await related("docs/guide.md"))).not.toContain("docs/");
  expect(JSON.stringify(await related("docs/self.md"))).toContain("docs/self.md");
  const withLinks = await extractText("docs/guide.md", DOCUMENT);
  expect(withLinks.references.filter(({ target }) => target.startsWith("#")).length).toBeGreaterThan(8);
  expect(termsOf(withLinks).referenceDoc).toEqual([]);
});
