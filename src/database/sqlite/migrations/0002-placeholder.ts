import type { Migration } from "../../migration.ts";

/** Takes the number. */
export const placeholder: Migration = { version: 2, sql: "SELECT 1;" };
