import type { Clock } from "../../base/clock.ts";
import { Slices } from "../../base/slices.ts";
import type { ScannedParts, StoredRow, StorePosition, StoreScan } from "../metadata-database.ts";
import type { ScanStart } from "../shared/project-state.ts";
import { ScanPatience } from "../shared/scan-patience.ts";
import { readRowPage, type RowPage } from "./project-rows.ts";
import type { Snapshot } from "./file/snapshot.ts";
import type { SqliteFile } from "./file/sqlite-file.ts";

/**
 * All rows of a project from one snapshot. The snapshot ends with the last page, an early exit, an
 * error or `close`, or when nobody reads on.
 */
export class SqliteScan implements StoreScan {
  readonly position: StorePosition;
  readonly continues: boolean;
  readonly total: number;
  readonly pages: AsyncIterable<readonly StoredRow[]>;
  readonly #snapshot: Snapshot;
  readonly #clock: Clock;
  readonly #patience: ScanPatience;

  constructor(file: SqliteFile, snapshot: Snapshot, first: ScanStart, pageSize: number, parts: ScannedParts) {
    this.#snapshot = snapshot;
    this.#clock = file.clock;
    this.position = first.position;
    this.continues = first.continues;
    this.total = first.total;
    this.pages = this.#readPages(first.id, pageSize, parts);
    this.#patience = new ScanPatience(file.clock, file.file, () => void this.close());
  }

  close(): Promise<void> {
    this.#patience.close();
    this.#snapshot.close();
    return Promise.resolve();
  }

  async *#readPages(project: number, pageSize: number, parts: ScannedParts): AsyncGenerator<readonly StoredRow[]> {
    try {
      const slices = new Slices(this.#clock);
      for (let after: number | undefined = 0; after !== undefined;) {
        // Throws, because ending the loop here would look like the end of the rows.
        this.#patience.assertOpen();
        const from: number = after;
        const page: RowPage<StoredRow> = this.#snapshot.read((connection) =>
          readRowPage(connection, { project, after: from }, pageSize, parts),
        );
        this.#patience.waitForReader();
        if (page.items.length > 0) yield page.items;
        after = page.after;
        if (slices.isOver) await slices.pause();
      }
    } finally {
      await this.close();
    }
  }
}
