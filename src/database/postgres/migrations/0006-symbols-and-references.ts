import type { Migration } from "../../schema/migration.ts";

/**
 * A record's symbols, references and headings. Programs that write rows without them still work:
 * the columns are empty then.
 */
export const symbolsAndReferences: Migration = {
  version: 6,
  sql: `
ALTER TABLE metacache.file
  ADD COLUMN symbols text NOT NULL DEFAULT '[]' CHECK (json_typeof(symbols::json) = 'array'),
  ADD COLUMN file_references text NOT NULL DEFAULT '[]' CHECK (json_typeof(file_references::json) = 'array'),
  ADD COLUMN headings text NOT NULL DEFAULT '[]' CHECK (json_typeof(headings::json) = 'array');
`,
};
