import type { ProjectPath } from "../../../record/project-path.ts";
import { type ExtractionStore, KEPT_BYTES, MAX_KEPT_RECORD_BYTES } from "../../extraction-store.ts";
import { RECORD_COLUMNS } from "../../shared/row-codec.ts";
import { pathKey } from "../project-rows.ts";
import type { PostgresServer } from "../connection/postgres-server.ts";
import type { Statement } from "../connection/postgres-session.ts";

const HAS_OTHERS: Statement = {
  name: "metacache_has_others",
  text: `SELECT EXISTS (SELECT 1 FROM metacache.kept_extraction)
    OR EXISTS (SELECT 1 FROM metacache.project WHERE name <> $1 AND revision > 0)`,
};
const COLUMNS = RECORD_COLUMNS.join(", ");

const BYTES = RECORD_COLUMNS.map((column) => `octet_length(${column}::text)`).join(" + ");
/** A longer key does not fit into an index. An extractor never makes such a record. */
const MAX_KEY_BYTES = 1_000;

/** In the order of digests, so that two simultaneous runs do not deadlock. */
const KEEP: Statement = {
  name: "metacache_keep_extracted",
  text: `INSERT INTO metacache.kept_extraction (${COLUMNS}, bytes)
    SELECT * FROM (
      SELECT ${COLUMNS}, ${BYTES} AS bytes FROM metacache.file
      WHERE project_id = (SELECT id FROM metacache.project WHERE name = $1) AND path_key = ANY ($2::text[])
        AND problems NOT LIKE '%time-budget%'
    ) AS leaving
    WHERE bytes <= ${MAX_KEPT_RECORD_BYTES}
      AND octet_length(digest) + octet_length(language) + octet_length(extractor_version) <= ${MAX_KEY_BYTES}
    ORDER BY digest, language, extractor_version
    ON CONFLICT (digest, language, extractor_version) DO NOTHING`,
};
const FORGET: Statement = {
  name: "metacache_forget_extracted",
  text: `DELETE FROM metacache.kept_extraction WHERE id <= (
    SELECT max(id) FROM (SELECT id, sum(bytes) OVER (ORDER BY id DESC) AS total FROM metacache.kept_extraction) AS sums
    WHERE total > ${KEPT_BYTES})`,
};

/** Finds the records of a PostgreSQL database by the content that they were made from. */
export class PostgresExtractionStore implements ExtractionStore {
  readonly #project: string;
  readonly #server: PostgresServer;

  constructor(project: string, server: PostgresServer) {
    this.#project = project;
    this.#server = server;
  }

  async hasOthers(): Promise<boolean> {
    const [row] = await this.#server.query(HAS_OTHERS, [this.#project]);
    return row?.[0] === true;
  }

  async keep(paths: readonly ProjectPath[]): Promise<void> {
    if (paths.length === 0) return;
    await this.#server.write(async (session) => {
      await session.query(KEEP, [this.#project, paths.map(pathKey)]);
      await session.query(FORGET, []);
    });
  }
}
