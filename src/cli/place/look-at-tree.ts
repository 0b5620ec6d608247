import { type Clock, processMilliseconds } from "../../base/clock.ts";
import { MetacacheError, messageOf } from "../../base/errors.ts";
import type { MetadataCache } from "../../cache/metadata-cache.ts";
import type { ResolvedProject } from "../../cache/opening/resolve-project.ts";
import type { ProjectStore } from "../../database/metadata-database.ts";
import type { Glance } from "../../watch/tree-glance.ts";
import type { Output } from "../terminal/output.ts";
import { counted, duration } from "../../base/text/words.ts";
import type { OptionDefinition } from "../command-definition.ts";
import { NO_WAIT } from "./wait-for-watcher.ts";
import { INDEX_AGAIN } from "./outdated-files.ts";
import { wholeRunOf } from "./whole-run.ts";

/** The options of every command that looks at the tree before it answers. */
export const LOOKING_OPTIONS: readonly OptionDefinition[] = [
  NO_WAIT,
  ["--no-look", "answer from the index alone: do not look for changed files first"],
];

/** A look at this many files takes about 300 ms on an idle core. */
const MOST_FILES = 40_000;
/** The extraction of more files takes longer than a person waits for an answer. */
const MOST_CHANGES = 500;
/** The limit for a slow disk, or for a folder with many files that do not belong to the tree. */
const LIMIT_MS = 2_000;

/** A look at the tree that has begun. */
export interface Look extends Disposable {
  /**
   * Updates the records of changed files, so that the answer shows the files as they are now. Says
   * on stderr what it did. Prints nothing if no file has changed.
   */
  finish(cache: MetadataCache): Promise<void>;
}

/**
 * Begins to look for changed files. Call this before other work: git lists the files at the same
 * time. Looks at the tree only if a run of this folder has read the whole tree: otherwise, records
 * may have no file here.
 */
export async function beginLook(project: ResolvedProject, store: ProjectStore, output: Output, clock: Clock): Promise<Look | undefined> {
  const { root } = project;
  const run = root === undefined ? undefined : await wholeRunOf(store.source, root);
  if (root === undefined || run === undefined) return undefined;
  if (run.files > MOST_FILES) {
    output.note(
      `did not look for changes in ${counted(run.files, "file")}: that takes too long before an answer; \`metacache watch\` follows the changes`,
    );
    return undefined;
  }
  const { exclude, languages, maxFileBytes } = project.config.indexing;
  const { TreeGlance } = await import("../../watch/tree-glance.ts");
  const glance = new TreeGlance(root, { clock, exclude, since: run.begunAt, limitMs: LIMIT_MS });
  return {
    async finish(cache) {
      const begun = processMilliseconds();
      try {
        const seen = await glance.compare(cache);
        output.detail(`the look at the tree took ${duration(processMilliseconds() - begun)}`);
        if (seen === undefined) return output.note(`did not look for changes in all files: that took over ${LIMIT_MS / 1_000} s`);
        if (seen.paths.size > 0) await takeOver(root, cache, seen, { exclude, languages, maxFileBytes, clock }, output);
      } catch (error) {
        if (!(error instanceof MetacacheError)) throw error;
        output.note(`could not update the index with the changed files: ${messageOf(error)}`);
      }
    },
    [Symbol.dispose]: () => glance[Symbol.dispose](),
  };
}

interface TakeOverOptions {
  readonly exclude: readonly string[];
  readonly languages: readonly string[] | undefined;
  readonly maxFileBytes: number;
  readonly clock: Clock;
}

async function takeOver(root: string, cache: MetadataCache, glance: Glance, options: TakeOverOptions, output: Output): Promise<void> {
  if (glance.paths.size > MOST_CHANGES)
    return output.note(
      `${counted(glance.paths.size, "file")} may have changed, which are too many to index before an answer: ${INDEX_AGAIN}`,
    );
  const { takeOverGlance } = await import("../../watch/changes/take-over.ts");
  const { added, changed, removed } = await takeOverGlance(root, cache, glance, options);
  const taken = added + changed + removed;
  if (taken > 0) output.note(`updated the index: ${counted(taken, "file")} had changed`);
}
