import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import type { FileMetadataInput } from "../../src/record/file-metadata.ts";
import { METADATA_FIELDS } from "../../src/record/shape.ts";
import { attachMetadataCache } from "../../src/threads/reader/attached-cache.ts";
import { OwnerThread } from "../support/owner-thread.ts";
import { foreignConnection, temporaryDirectory } from "../support/temporary-database.ts";

const DOC = { intent: "i", designPrinciples: ["p"], implementationDetails: [], designDecisions: ["d"] };
const RECORD: FileMetadataInput = {
  path: "a.ts",
  language: "typescript",
  headerSections: {
    intent: "i",
    designPrinciples: [],
    constraints: ["c"],
    referenceDocumentation: [{ target: "t.md", line: 3, kind: "system", note: "n" }],
    changeHistory: [{ timestamp: "t", summary: "s", author: "a", details: ["d"] }],
  },
  functions: [
    { name: "f", kind: "getter", className: "C", parameters: ["p"], returnType: "T", lineRange: { start: 1, end: 2 }, docSections: DOC },
  ],
  classes: [{ name: "C", kind: "struct", className: "D", lineRange: { start: 1, end: 9 }, docSections: DOC }],
  symbols: [{ name: "s", kind: "member", className: "C", signature: "s = 1", lineRange: { start: 3, end: 3 }, intent: "i" }],
  references: [{ target: "t.md", section: "#s", form: "comment", line: 4, column: 2 }],
  headings: [{ text: "H", slug: "h", level: 1, line: 5 }],
  size: 1,
  modifiedAt: 2,
  digest: "d",
  extractorVersion: "x",
  problems: [],
};
const EXPECTED = JSON.stringify(RECORD);

/** The same value with the fields of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

test("a record has its fields in one order, whatever way it came", async () => {
  const database = join(temporaryDirectory(), "metadata.db");
  const cache = await openMetadataCache({ project: "p", database, environment: {} });
  onTestFinished(() => cache.shutdown());
  await cache.update(reversed(RECORD) as FileMetadataInput);
  const ways = new Map<string, unknown>([["updated", cache.peek("a.ts")]]);
  cache.clear();
  ways.set("loaded by path", await cache.getMetadata("a.ts"));
  cache.clear();
  ways.set("loaded by a query", (await cache.query({})).items[0]);
  ways.set("selected", (await cache.query({ select: METADATA_FIELDS.toReversed() })).items[0]);
  const sql = foreignConnection(database);
  for (const column of ["header_sections", "functions", "classes", "symbols", "file_references", "headings"] as const) {
    const row = sql.prepare(`SELECT ${column} AS text FROM file`).get() as { text: string };
    sql.prepare(`UPDATE file SET ${column} = ?`).run(JSON.stringify(reversed(JSON.parse(row.text))));
  }
  ways.set("written by another program", await cache.getMetadata("a.ts", { consistency: "latest" }));
  cache.clear();
  ways.set("written by another program, and loaded", await cache.getMetadata("a.ts"));
  const owner = await OwnerThread.forTest({ project: "p", database });
  const attached = await attachMetadataCache(owner.handle);
  onTestFinished(() => attached.detach());
  ways.set("in a worker", await attached.getMetadata("a.ts"));
  ways.set("in a worker, from its memory", attached.peek("a.ts"));
  ways.set("selected in a worker", (await attached.query({ select: METADATA_FIELDS.toReversed() })).items[0]);
  for (const [way, record] of ways) expect(JSON.stringify(record), way).toBe(EXPECTED);
});

test("a selection has its fields in the order of whole records", async () => {
  const cache = await openMetadataCache({ project: "p", database: join(temporaryDirectory(), "metadata.db"), environment: {} });
  onTestFinished(() => cache.shutdown());
  await cache.update(RECORD);
  expect(Object.keys((await cache.query({ select: ["size", "path", "language"] })).items[0] ?? {})).toEqual(["path", "language", "size"]);
  expect(Object.keys((await cache.query({ select: ["digest", "classes", "path"] })).items[0] ?? {})).toEqual(["path", "classes", "digest"]);
});
