import { DatabaseUnavailableError } from "../../base/errors.ts";
import type { StorePosition } from "../metadata-database.ts";

export interface StreamPage<T> {
  /** The position of the project when the page was read. */
  readonly position: StorePosition;
  readonly items: readonly T[];
  /** The id after which the next page begins. `undefined` for the last page. */
  readonly after: unknown;
}

/**
 * Goes through rows in the order of their ids, which never change. Reads each page in a snapshot of
 * its own, and holds nothing between two pages, even if the reader is slow or never comes back.
 * Reads the next page while the reader works.
 */
export async function* streamPages<T>(
  location: string,
  read: (after: unknown) => Promise<StreamPage<T>>,
): AsyncGenerator<readonly T[], void, undefined> {
  let epoch: string | undefined;
  let next: Promise<StreamPage<T>> | undefined = read(0);
  while (next !== undefined) {
    const { position, items, after }: StreamPage<T> = await next;
    epoch ??= position.epoch;
    // If the database is another one, or the project was created again, its ids do not continue the
    // earlier pages.
    if (position.epoch !== epoch) {
      const problem = `the database ${location} was replaced, or its project deleted, while its files were being listed`;
      throw new DatabaseUnavailableError("closed", problem, { remedy: "list them again" });
    }
    next = after === undefined ? undefined : read(after);
    // Perhaps nobody ever awaits this page.
    next?.catch(() => undefined);
    if (items.length > 0) yield items;
  }
}
