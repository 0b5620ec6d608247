import { isMetacacheError } from "../../base/errors.ts";
import type { CompleteRun, SourceStore } from "../../database/source-store.ts";

/**
 * Returns the last run that read the whole tree of this folder. Returns `undefined` if there is no
 * such run, if it was over another folder, or if a newer run has begun since: then records may have
 * no file here, or files may have no record yet.
 *
 * Another program may have stored invalid runs. They count as none here: the command reports them
 * in addition to its answer.
 */
export async function wholeRunOf(source: Pick<SourceStore, "runs">, root: string): Promise<CompleteRun | undefined> {
  try {
    const { complete, latest } = (await source.runs()) ?? {};
    return complete?.root === root && complete.begunAt >= (latest?.begunAt ?? 0) ? complete : undefined;
  } catch (error) {
    if (isMetacacheError(error, "E_RECORD")) return undefined;
    throw error;
  }
}
