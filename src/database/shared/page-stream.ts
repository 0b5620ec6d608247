import { DatabaseUnavailableError } from "../../base/errors.ts";
import type { StorePosition } from "../metadata-database.ts";

export interface StreamPage<T> {
  /** Where the project stood when the page was read. */
  readonly position: StorePosition;
  readonly items: readonly T[];
  /** The id after which the next page begins; `undefined` if this is the last one. */
  readonly after: unknown;
}

/**
 * Goes through rows in the order of their ids, which never change, each page in a snapshot of its own. Nothing is held between two
 * pages: not for a reader that is slow, and not for one that never comes back. The next page is read while the reader works.
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
    // The ids of another database, or of a project that was made anew, say nothing of what was read before.
    if (position.epoch !== epoch) {
      const problem = `the database ${location} was replaced, or its project deleted, while its files were listed`;
      throw new DatabaseUnavailableError("closed", problem, { remedy: "list them again" });
    }
    next = after === undefined ? undefined : read(after);
    // Nobody may come back for it.
    next?.catch(() => undefined);
    if (items.length > 0) yield items;
  }
}
