import { type ErrorCode, MetacacheError } from "../base/errors.ts";
import { describe, Problems, readInput } from "../base/validation.ts";
import type { ReadOptions, WaitOptions } from "./cache-calls.ts";
import type { ExplainOptions } from "../query/query-explanation.ts";

/** The options of most reads. */
export const NO_OPTIONS: ReadOptions = Object.freeze({});

const CONSISTENCIES = ["cached", "latest", "tree"] as const;
export const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Checks the options of a read and returns them. Throws `E_ARGUMENT`, or the reason of a signal
 * that was already aborted.
 */
export function readOptionsOf(options: unknown): ReadOptions {
  if (options === NO_OPTIONS) return NO_OPTIONS;
  const read = checked(options, (problems, { consistency, timeoutMs, signal }): ReadOptions => ({
    consistency: consistency === undefined ? undefined : problems.oneOf("consistency", consistency, CONSISTENCIES),
    timeoutMs: timeoutMs === undefined ? undefined : problems.milliseconds("timeoutMs", timeoutMs),
    signal: problems.signal("signal", signal),
  }));
  read.signal?.throwIfAborted();
  return read;
}

/**
 * Checks the options of a wait and returns them. `timeoutMs` is then a number that a timer accepts.
 * Throws like `readOptionsOf`.
 */
export function waitOptionsOf(options: unknown): WaitOptions & { readonly timeoutMs: number } {
  const read = checked(options, (problems, { timeoutMs, signal }) => ({
    timeoutMs: problems.milliseconds("timeoutMs", timeoutMs === undefined ? DEFAULT_TIMEOUT_MS : timeoutMs),
    signal: problems.signal("signal", signal),
  }));
  read.signal?.throwIfAborted();
  return read;
}

/** Checks the options of `explain` and returns them. Throws `E_ARGUMENT`. */
export function explainOptionsOf(options: unknown): ExplainOptions {
  return checked(options, (problems, { answer, run }) => ({
    answer: answer === undefined ? undefined : problems.oneOf("answer", answer, ["page", "count"] as const),
    run: run === undefined ? undefined : problems.truth("run", run),
  }));
}

/** Throws `E_ARGUMENT` if `revision` is not a revision. */
export function assertRevision(revision: unknown): asserts revision is number {
  if (Number.isSafeInteger(revision) && (revision as number) >= 0) return;
  throw new MetacacheError("E_ARGUMENT", `a revision must be an integer from 0, not ${describe(revision)}`);
}

/**
 * Returns one thing, or a list of things, as a new list. Later changes to the caller's list do not
 * matter.
 */
export function listOf(code: ErrorCode, what: string, given: unknown): readonly unknown[] {
  return readInput(code, what, () => {
    if (!Array.isArray(given)) return [given];
    if (given.length > MOST_ITEMS)
      throw new MetacacheError(code, `${what} are too many: ${given.length}`, { remedy: `give at most ${MOST_ITEMS} in one call` });
    // By index, because the other ways to walk through a list skip holes.
    return Array.from(given, (item: unknown) => item);
  });
}

/** A longer list would not fit into memory twice. */
const MOST_ITEMS = 10_000_000;

function checked<T>(options: unknown, read: (problems: Problems, given: Readonly<Record<string, unknown>>) => T): T {
  const problems = new Problems();
  const found = readInput("E_ARGUMENT", "the options", () => read(problems, problems.object("", options)));
  if (problems.found.length > 0) throw new MetacacheError("E_ARGUMENT", `options: ${problems.summary}`);
  return found;
}
