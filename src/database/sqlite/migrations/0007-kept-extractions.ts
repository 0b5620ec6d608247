import type { Migration } from "../../schema/migration.ts";

/**
 * Finds records by the content that they were made from, also records that were removed recently:
 * decision 33. `id` shows which one was kept first. The second index allows computing the sum of
 * bytes without reading the long columns.
 */
export const keptExtractions: Migration = {
  version: 7,
  sql: `
CREATE INDEX file_by_content ON file (digest);

CREATE TABLE kept_extraction (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  path              TEXT NOT NULL,
  language          TEXT NOT NULL,
  size              INTEGER NOT NULL,
  modified_at       REAL NOT NULL,
  digest            TEXT NOT NULL,
  extractor_version TEXT NOT NULL,
  problems          TEXT NOT NULL,
  header_sections   TEXT NOT NULL,
  functions         TEXT NOT NULL,
  classes           TEXT NOT NULL,
  symbols           TEXT NOT NULL,
  file_references   TEXT NOT NULL,
  headings          TEXT NOT NULL,
  bytes             INTEGER NOT NULL,
  UNIQUE (digest, language, extractor_version)
) STRICT;
CREATE INDEX kept_extraction_bytes ON kept_extraction (id, bytes);
`,
};
