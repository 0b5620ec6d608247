import { ConfigError } from "../../base/errors.ts";

/**
 * Returns the parts of a PostgreSQL URL that may be shown: the user, the host, the port and the
 * database. Shows nothing that could be a password. Throws `E_CONFIG` for an invalid URL, and shows
 * nothing of it.
 */
export function postgresLocation(url: string): string {
  if (!URL.canParse(url)) {
    throw new ConfigError("database", ["is not a valid URL"], {
      remedy: "give postgres://user:password@host:port/database, with special characters of the password as %XX",
    });
  }
  const { username, host, pathname, searchParams } = new URL(url);
  const user = username === "" ? "" : `${username}@`;
  const socket = searchParams.get("host");
  return `postgres://${user}${host === "" ? (socket ?? "") : host}${pathname}`;
}
