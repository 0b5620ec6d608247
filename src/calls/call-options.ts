import { type ErrorCode, MetacacheError } from "../base/errors.ts";
import { describe, Problems, readInput } from "../base/validation.ts";
import type { ReadOptions, WaitOptions } from "./cache-calls.ts";
import type { ExplainOptions } from "../query/query-explanation.ts";

/** Of most reads. */
export const NO_OPTIONS: ReadOptions = Object.freeze({});

const CONSISTENCIES = ["cached", "latest", "tree"] as const;
export const DEFAULT_TIMEOUT_MS = 10_000;

/** Checks the options of a read. Throws `E_ARGUMENT`, or the reason of a signal that has fired already. */
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

/** Checks the options of a wait; `timeoutMs` is one that a timer can be set to. Throws like `readOptionsOf`. */
export function waitOptionsOf(options: unknown): WaitOptions & { readonly timeoutMs: number } {
  const read = checked(options, (problems, { timeoutMs, signal }) => ({
    timeoutMs: problems.milliseconds("timeoutMs", timeoutMs === undefined ? DEFAULT_TIMEOUT_MS : timeoutMs),
    signal: problems.signal("signal", signal),
  }));
  read.signal?.throwIfAborted();
  return read;
}

/** Throws `E_ARGUMENT`. */
export function explainOptionsOf(options: unknown): ExplainOptions {
  return checked(options, (problems, { answer, run }) => ({
    answer: answer === undefined ? undefined : problems.oneOf("answer", answer, ["page", "count"] as const),
    run: run === undefined ? undefined : problems.truth("run", run),
  }));
}

/** Throws `E_ARGUMENT` for what is no revision. */
export function assertRevision(revision: unknown): asserts revision is number {
  if (Number.isSafeInteger(revision) && (revision as number) >= 0) return;
  throw new MetacacheError("E_ARGUMENT", `a revision must be an integer from 0, not ${describe(revision)}`);
}

/** One thing or a list of them, as a list of the call's own: what is done to the caller's list later does not matter. */
export function listOf(code: ErrorCode, what: string, given: unknown): readonly unknown[] {
  return readInput(code, what, () => {
    if (!Array.isArray(given)) return [given];
    if (given.length > MOST_ITEMS)
      throw new MetacacheError(code, `${what} are ${given.length}`, { remedy: `give at most ${MOST_ITEMS} in one call` });
    // By index: the other ways to go through a list pass over holes.
    return Array.from(given, (item: unknown) => item);
  });
}

/** More would not fit into memory twice. */
const MOST_ITEMS = 10_000_000;

function checked<T>(options: unknown, read: (problems: Problems, given: Readonly<Record<string, unknown>>) => T): T {
  const problems = new Problems();
  const found = readInput("E_ARGUMENT", "the options", () => read(problems, problems.object("", options)));
  if (problems.found.length > 0) throw new MetacacheError("E_ARGUMENT", `options: ${problems.summary}`);
  return found;
}
