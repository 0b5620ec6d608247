import { readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Row, RowResult } from "./row.ts";
import { Stage, type StageOptions } from "./inputs/stage.ts";

/**
 * What `bench.ts` asks of a process that measures one row: alone, with a heap that no other row has
 * filled.
 */
export interface RowTask {
  readonly row: string;
  readonly options: StageOptions;
  /** The file that gets the result as JSON. */
  readonly resultFile: string;
}

const ROWS = join(import.meta.dirname, "rows");

if (import.meta.main) {
  const { row: id, options, resultFile } = JSON.parse(process.argv[2] ?? "null") as RowTask;
  const row = await rowOf(id);
  await using stage = new Stage(options);
  const result = await row.run(stage);
  if (stage.insertions.length === 0) {
    throw new Error(`the row ${id} does not state the order in which its records were inserted: call stage.inserted`);
  }
  writeFileSync(resultFile, JSON.stringify({ ...result, insertions: stage.insertions } satisfies RowResult));
}

/**
 * Loads only this row: over the sources of another checkout, rows of missing parts cannot be
 * loaded.
 */
async function rowOf(id: string): Promise<Row> {
  const file = readdirSync(ROWS, { encoding: "utf8", recursive: true }).find((name) => basename(name) === `${id}-row.ts`);
  const module = file === undefined ? {} : ((await import(pathToFileURL(join(ROWS, file)).href)) as Record<string, Row>);
  const row = Object.values(module).find((exported) => exported.id === id);
  if (row === undefined) throw new Error(`there is no row ${JSON.stringify(id)} in a file ${id}-row.ts below ${ROWS}`);
  return row;
}
