import type { Migration } from "../../schema/migration.ts";

/** A record's symbols, references and headings. Who writes rows without them goes on: they are empty. */
export const symbolsAndReferences: Migration = {
  version: 6,
  sql: `
ALTER TABLE metacache.file
  ADD COLUMN symbols text NOT NULL DEFAULT '[]' CHECK (json_typeof(symbols::json) = 'array'),
  ADD COLUMN file_references text NOT NULL DEFAULT '[]' CHECK (json_typeof(file_references::json) = 'array'),
  ADD COLUMN headings text NOT NULL DEFAULT '[]' CHECK (json_typeof(headings::json) = 'array');
`,
};
