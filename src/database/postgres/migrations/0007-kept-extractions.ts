import type { Migration } from "../../schema/migration.ts";

/**
 * Finds records by the content that they were made from, also records that were removed recently:
 * decision 33. `id` shows which one was kept first. The second index allows computing the sum of
 * bytes without reading the long columns. The index of digests is a hash index: a row of another
 * program may have a digest of any length, and a B-tree refuses one of more than 2,704 bytes.
 */
export const keptExtractions: Migration = {
  version: 7,
  sql: `
CREATE INDEX file_by_content ON metacache.file USING hash (digest);

CREATE TABLE metacache.kept_extraction (
  id                bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  path              text NOT NULL,
  language          text COLLATE "C" NOT NULL,
  size              bigint NOT NULL,
  modified_at       double precision NOT NULL,
  digest            text COLLATE "C" NOT NULL,
  extractor_version text COLLATE "C" NOT NULL,
  problems          text NOT NULL,
  header_sections   text NOT NULL,
  functions         text NOT NULL,
  classes           text NOT NULL,
  symbols           text NOT NULL,
  file_references   text NOT NULL,
  headings          text NOT NULL,
  bytes             bigint NOT NULL,
  UNIQUE (digest, language, extractor_version)
);
CREATE INDEX kept_extraction_bytes ON metacache.kept_extraction (id, bytes);
`,
};
