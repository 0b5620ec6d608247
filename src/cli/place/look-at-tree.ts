import { type Clock, processMilliseconds } from "../../base/clock.ts";
import { MetacacheError, messageOf } from "../../base/errors.ts";
import type { MetadataCache } from "../../cache/metadata-cache.ts";
import type { ResolvedProject } from "../../cache/opening/resolve-project.ts";
import type { Glance } from "../../watch/tree-glance.ts";
import type { Output } from "../terminal/output.ts";
import { counted, duration } from "../../base/words.ts";
import { INDEX_AGAIN } from "./outdated-files.ts";

/** The option of every command that looks at the tree before it answers. */
export const NO_LOOK: readonly [string, string] = ["--no-look", "answer from the index alone, without a look at which files have changed"];

/** A look at so many files takes some 300 ms of a core that is not busy. */
const MOST_FILES = 40_000;
/** To extract so many takes longer than anybody waits for an answer. */
const MOST_CHANGES = 500;
/** A disk that is slow, or a folder full of files that are none of the tree's. */
const LIMIT_MS = 2_000;

/**
 * Looks which files have changed, and brings their records in step, so that the answer is of the
 * files as they are. Says on stderr what it did, and nothing if nothing has changed. Looks only at
 * a tree that was indexed here, to its end: other records may be of no file.
 */
export async function lookAtTree(project: ResolvedProject, cache: MetadataCache, output: Output, clock: Clock): Promise<void> {
  const { root } = project;
  const runs = root === undefined ? undefined : await runsOf(cache);
  if (root === undefined || runs?.complete === undefined || runs.complete.root !== root || runs.complete.begunAt < runs.latest.begunAt)
    return;
  const files = cache.count({});
  if (files > MOST_FILES)
    return output.note(
      `did not look at the ${counted(files, "file")}: that takes too long beside an answer; \`metacache watch\` follows them`,
    );
  const { exclude, languages, maxFileBytes } = project.config.indexing;
  try {
    const begun = processMilliseconds();
    const { glanceAtTree } = await import("../../watch/tree-glance.ts");
    const glance = await glanceAtTree(root, cache, { clock, exclude, since: runs.complete.begunAt, limitMs: LIMIT_MS });
    output.detail(`the look at the tree took ${duration(processMilliseconds() - begun)}`);
    if (glance === undefined) return output.note(`did not look at all files: that took over ${LIMIT_MS / 1_000} s`);
    if (glance.paths.size > 0) await takeOver(root, cache, glance, { exclude, languages, maxFileBytes, clock }, output);
  } catch (error) {
    if (!(error instanceof MetacacheError)) throw error;
    output.note(`looked, but could not take over what changed: ${messageOf(error)}`);
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
      `looked: ${counted(glance.paths.size, "file")} may have changed, too many to take over beside an answer: ${INDEX_AGAIN}`,
    );
  const { takeOverGlance } = await import("../../watch/take-over.ts");
  const { added, changed, removed } = await takeOverGlance(root, cache, glance, options);
  const taken = added + changed + removed;
  if (taken > 0) output.note(`looked: ${counted(taken, "file")} taken over`);
}

/** Another program may have written nonsense there: the command says so beside its answer. */
async function runsOf(cache: MetadataCache): ReturnType<MetadataCache["source"]["runs"]> {
  try {
    return await cache.source.runs();
  } catch (error) {
    if (error instanceof MetacacheError && error.code === "E_RECORD") return undefined;
    throw error;
  }
}
