import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeFingerprint,
  decodeRow,
  encodeRow,
  RECORD_COLUMNS,
  selectFingerprint,
  selectRecord,
} from "../../src/database/shared/row-codec.ts";
import { arbitraryFileMetadata } from "../support/arbitrary-file-metadata.ts";
import { recordOf } from "../support/small-records.ts";

describe("the row codec", () => {
  test("gives back every valid record exactly, through a real table", () => {
    const database = new DatabaseSync(":memory:");
    database.exec(
      `CREATE TABLE file (path TEXT, size INTEGER, modified_at REAL, digest TEXT, extractor_version TEXT, language TEXT,
       problems TEXT, header_sections TEXT, functions TEXT, classes TEXT, symbols TEXT, file_references TEXT, headings TEXT, state TEXT) STRICT`,
    );
    const insert = database.prepare(`INSERT INTO file (${RECORD_COLUMNS.join(", ")}) VALUES (${RECORD_COLUMNS.map(() => "?").join(", ")})`);
    const select = database.prepare(`SELECT ${selectRecord("file")} FROM file`);
    const selectKnown = database.prepare(`SELECT 'other', ${selectFingerprint("file", "file")} FROM file`);
    for (const statement of [select, selectKnown]) statement.setReturnArrays(true);
    fc.assert(
      fc.property(arbitraryFileMetadata, (record) => {
        database.exec("DELETE FROM file");
        insert.run(...encodeRow(record));
        const row = decodeRow(7, select.get() as unknown as unknown[], 0);
        expect(row).toStrictEqual({ path: record.path, revision: 7, record });
        expect(Object.isFrozen(row.record?.functions)).toBe(true);
        const { path, size, modifiedAt, digest, extractorVersion, language, problems } = record;
        const known = decodeFingerprint(selectKnown.get() as unknown as unknown[], 1);
        expect(known).toStrictEqual({ path, size, modifiedAt, digest, extractorVersion, language, problems });
      }),
    );
    database.close();
  });

  test("says of a row that cannot be read why, and does not throw", () => {
    const good: unknown[] = encodeRow(recordOf({ path: "a.ts", functions: ["main"] }));
    const broken = (column: string, value: unknown): unknown[] => good.with(RECORD_COLUMNS.indexOf(column), value);
    expect(decodeRow(1, good, 0).unreadable).toBeUndefined();
    expect(decodeRow(1, broken("functions", "[{"), 0).unreadable).toMatch(/functions is not JSON/);
    expect(decodeRow(1, broken("functions", null), 0).unreadable).toMatch(/functions must be a list, not null/);
    expect(decodeRow(1, broken("functions", '[{"name": 5}]'), 0).unreadable).toMatch(/functions\[0\].*name must be a string, not 5/);
    expect(decodeRow(1, broken("header_sections", "[]"), 0).unreadable).toMatch(/headerSections must be an object/);
    expect(decodeRow(1, broken("size", 2 ** 60), 0).unreadable).toMatch(/size must be an integer/);
    expect(decodeRow(1, broken("language", new Uint8Array(2)), 0).unreadable).toMatch(/language must be a string/);
    expect(decodeRow(3, broken("path", "../up"), 0)).toMatchObject({
      path: "../up",
      revision: 3,
      unreadable: expect.stringMatching(/"\.\."/) as string,
    });
    expect(decodeFingerprint(broken("path", "../up"), 0)).toBeUndefined();
    expect(decodeFingerprint(broken("size", 2 ** 60), 0)).toBeUndefined();
    for (const problems of ["[", "{}", '["unheard of"]', null]) expect(decodeFingerprint(broken("problems", problems), 0)).toBeUndefined();
  });
});
