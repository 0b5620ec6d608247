import type { Migration } from "../../schema/migration.ts";

/**
 * Finds records by what they were made of, also those that are gone since a short time: decision 33. `id` tells which was kept first; the second
 * index lets the sum of bytes be computed without a look at the long columns.
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
