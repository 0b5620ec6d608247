import { Slices } from "../../base/slices.ts";
import type { ScannedParts, StoredRow, StorePosition, StoreScan } from "../metadata-database.ts";
import type { ScanStart } from "../shared/project-state.ts";
import { PageLimit } from "../shared/page-limit.ts";
import { ScanPatience } from "../shared/scan-patience.ts";
import type { PostgresServer } from "./connection/postgres-server.ts";
import type { PostgresSession, Row } from "./connection/postgres-session.ts";
import { decodeRowPage, SELECT_ROW_PAGE } from "./project-rows.ts";

/**
 * All rows of a project from one snapshot. The snapshot ends with the last page, an early exit, an
 * error or `close`, or when nobody reads on.
 */
export class PostgresScan implements StoreScan {
  readonly position: StorePosition;
  readonly continues: boolean;
  readonly total: number;
  readonly pages: AsyncIterable<readonly StoredRow[]>;
  readonly #server: PostgresServer;
  readonly #session: PostgresSession;
  readonly #patience: ScanPatience;

  constructor(server: PostgresServer, session: PostgresSession, first: ScanStart, pageSize: number, parts: ScannedParts) {
    this.#server = server;
    this.#session = session;
    this.position = first.position;
    this.continues = first.continues;
    this.total = first.total;
    this.pages = this.#readPages(first.id, pageSize, parts);
    this.#patience = new ScanPatience(server.clock, server.location, () => void this.close());
  }

  async close(): Promise<void> {
    if (this.#patience.close()) await this.#endSnapshot();
  }

  /**
   * Requests the next page before it returns this one, so that the server reads while the caller
   * works.
   */
  async *#readPages(project: number, pageSize: number, parts: ScannedParts): AsyncGenerator<readonly StoredRow[]> {
    const read = (after: unknown): Promise<readonly Row[]> => this.#session.query(SELECT_ROW_PAGE[parts], [project, after, pageSize]);
    try {
      this.#patience.assertOpen();
      let next: Promise<readonly Row[]> | undefined = read(0);
      while (next !== undefined) {
        this.#patience.stopWaiting();
        const page: readonly Row[] = await next;
        // Throws, because ending the loop here would look like the end of the rows.
        this.#patience.assertOpen();
        next = page.length < pageSize ? undefined : read(page.at(-1)?.[0]);
        // Perhaps nobody ever awaits this page.
        next?.catch(() => undefined);
        const slices = new Slices(this.#server.clock);
        for (const part of partsOf(page)) {
          this.#patience.waitForReader();
          yield decodeRowPage(part);
          this.#patience.assertOpen();
          if (slices.isOver) await slices.pause();
        }
      }
    } catch (error) {
      throw this.#server.toError(error);
    } finally {
      await this.close();
    }
  }

  /**
   * Gives the snapshot's connection back. Nothing was written, so if the transaction cannot be
   * ended, the connection is closed.
   */
  async #endSnapshot(): Promise<void> {
    const isOver = await this.#session.exec("COMMIT").then(
      () => true,
      () => false,
    );
    this.#session.end(isOver);
  }
}

/**
 * The server sends many rows at once, because each answer takes a round trip. The reader gets few.
 */
function* partsOf(page: readonly Row[]): Generator<readonly Row[], void, undefined> {
  for (let start = 0; start < page.length;) {
    const limit = new PageLimit(page.length);
    let end = start;
    while (end < page.length && !limit.add(page[end++] as Row));
    yield page.slice(start, end);
    start = end;
  }
}
