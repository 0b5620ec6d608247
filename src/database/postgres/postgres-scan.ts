import { MetacacheError } from "../../base/errors.ts";
import type { StoredRow, StorePosition, StoreScan } from "../metadata-database.ts";
import type { PostgresServer } from "./postgres-server.ts";
import type { PostgresSession, Row, Statement } from "./postgres-session.ts";
import { decodeRowPage, type ProjectState, SELECT_ROW_PAGE } from "./project-rows.ts";

/** What a scan finds when it begins. */
interface ScanStart extends ProjectState {
  readonly continues: boolean;
  readonly total: number;
}

/** All rows of a project from one snapshot, which ends with the last page, an early exit, an error or `close`. */
export class PostgresScan implements StoreScan {
  readonly position: StorePosition;
  readonly continues: boolean;
  readonly total: number;
  readonly pages: AsyncIterable<readonly StoredRow[]>;
  readonly #session: PostgresSession;
  #closed = false;

  constructor(server: PostgresServer, session: PostgresSession, first: ScanStart, pageSize: number) {
    this.#session = session;
    this.position = first.position;
    this.continues = first.continues;
    this.total = first.total;
    this.pages = this.#readPages(server, first.id, pageSize);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await endSnapshot(this.#session);
  }

  async *#readPages(server: PostgresServer, project: number, pageSize: number): AsyncGenerator<readonly StoredRow[]> {
    try {
      for await (const page of readPages(server, this.#session, SELECT_ROW_PAGE, project, pageSize)) {
        // To end here would look like the end of the rows.
        if (this.#closed) throw new MetacacheError("E_CLOSED", "the scan was closed before its end: begin another one");
        yield decodeRowPage(page);
      }
    } finally {
      await this.close();
    }
  }
}

/**
 * Reads pages in the order of the id, which comes first in each row. The next page is asked for before this one is handed
 * out: the server reads while the caller works.
 */
export async function* readPages(
  server: PostgresServer,
  session: PostgresSession,
  statement: Statement,
  project: number,
  pageSize: number,
): AsyncGenerator<readonly Row[]> {
  const read = (after: unknown): Promise<readonly Row[]> => session.query(statement, [project, after, pageSize]);
  let next: Promise<readonly Row[]> | undefined = read(0);
  try {
    while (next !== undefined) {
      const page: readonly Row[] = await next;
      next = page.length < pageSize ? undefined : read(page.at(-1)?.[0]);
      // Nobody may come back for it.
      next?.catch(() => undefined);
      if (page.length > 0) yield page;
    }
  } catch (error) {
    throw server.toError(error);
  }
}

/** Gives the snapshot's connection back. Nothing was written: where its end cannot be said, it is closed. */
export async function endSnapshot(session: PostgresSession): Promise<void> {
  const isOver = await session.exec("COMMIT").then(
    () => true,
    () => false,
  );
  session.end(isOver);
}
