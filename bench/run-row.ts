import { writeFileSync } from "node:fs";
import { Stage, type StageOptions } from "./stage.ts";
import { ROWS } from "./rows/rows.ts";

/** What `bench.ts` asks of a process that measures one row: on its own, with a heap that no other row has filled. */
export interface RowTask {
  readonly row: string;
  readonly options: StageOptions;
  /** Where the result goes, as JSON. */
  readonly resultFile: string;
}

if (import.meta.main) {
  const { row: id, options, resultFile } = JSON.parse(process.argv[2] ?? "null") as RowTask;
  const row = ROWS.find((each) => each.id === id);
  if (row === undefined) throw new Error(`there is no row ${JSON.stringify(id)}`);
  await using stage = new Stage(options);
  writeFileSync(resultFile, JSON.stringify(await row.run(stage)));
}
