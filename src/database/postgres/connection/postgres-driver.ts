import type * as Pg from "pg";
import { ConfigError } from "../../../base/errors.ts";

export type PostgresDriver = typeof Pg.default;

/** Loads the optional package `pg`. Throws `E_CONFIG` with the install command if it is missing. */
export async function loadPostgresDriver(): Promise<PostgresDriver> {
  try {
    return (await import("pg")).default;
  } catch (error) {
    throw new ConfigError("database", ["PostgreSQL needs the package pg, which is not installed"], {
      remedy: "npm install pg",
      cause: error,
    });
  }
}
