import type { Migration } from "../../schema/migration.ts";

/**
 * A record's symbols, references and headings. Programs that write rows without them still work:
 * the columns are empty then.
 */
export const symbolsAndReferences: Migration = {
  version: 6,
  sql: `
ALTER TABLE file ADD COLUMN symbols TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(symbols) AND json_type(symbols) = 'array');
ALTER TABLE file ADD COLUMN file_references TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(file_references) AND json_type(file_references) = 'array');
ALTER TABLE file ADD COLUMN headings TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(headings) AND json_type(headings) = 'array');
`,
};
