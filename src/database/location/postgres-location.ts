import { ConfigError } from "../../base/errors.ts";

/**
 * A PostgreSQL URL as it may be shown: the user, the host, the port and the database, and nothing that could be a password. Throws `E_CONFIG`,
 * which shows nothing of a URL that cannot be read.
 */
export function postgresLocation(url: string): string {
  if (!URL.canParse(url)) {
    throw new ConfigError("database", ["is not a URL that can be read"], {
      remedy: "give postgres://user:password@host:port/database, with special characters of the password as %XX",
    });
  }
  const { username, host, pathname, searchParams } = new URL(url);
  const user = username === "" ? "" : `${username}@`;
  const socket = searchParams.get("host");
  return `postgres://${user}${host === "" ? (socket ?? "") : host}${pathname}`;
}
