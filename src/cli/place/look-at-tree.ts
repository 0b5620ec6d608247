import { type Clock, processMilliseconds } from "../../base/clock.ts";
import { MetacacheError, messageOf } from "../../base/errors.ts";
import type { MetadataCache } from "../../cache/metadata-cache.ts";
import type { ResolvedProject } from "../../cache/opening/resolve-project.ts";
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

/**
 * Looks for changed files and updates their records, so that the answer shows the files as they are
 * now. Says on stderr what it did. Prints nothing if no file has changed. Looks at the tree only if
 * a run of this folder has read the whole tree: otherwise, records may have no file here.
 */
export async function lookAtTree(project: ResolvedProject, cache: MetadataCache, output: Output, clock: Clock): Promise<void> {
  const { root } = project;
  const run = root === undefined ? undefined : await wholeRunOf(cache.source, root);
  if (root === undefined || run === undefined) return;
  const files = cache.count({});
  if (files > MOST_FILES)
    return output.note(
      `did not look for changes in ${counted(files, "file")}: that takes too long before an answer; \`metacache watch\` follows the changes`,
    );
  const { exclude, languages, maxFileBytes } = project.config.indexing;
  try {
    const begun = processMilliseconds();
    const { glanceAtTree } = await import("../../watch/tree-glance.ts");
    const glance = await glanceAtTree(root, cache, { clock, exclude, since: run.begunAt, limitMs: LIMIT_MS });
    output.detail(`the look at the tree took ${duration(processMilliseconds() - begun)}`);
    if (glance === undefined) return output.note(`did not look for changes in all files: that took over ${LIMIT_MS / 1_000} s`);
    if (glance.paths.size > 0) await takeOver(root, cache, glance, { exclude, languages, maxFileBytes, clock }, output);
  } catch (error) {
    if (!(error instanceof MetacacheError)) throw error;
    output.note(`could not update the index with the changed files: ${messageOf(error)}`);
  }
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
