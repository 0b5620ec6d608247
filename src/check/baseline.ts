import { ConfigError, messageOf } from "../base/errors.ts";
import { compareValues } from "../base/text/text-order.ts";
import { Problems } from "../base/validation.ts";
import type { CheckFinding } from "./finding.ts";

/**
 * The file with the findings that existed when the project began to use the check. They do not
 * fail, and no finding joins them unnoticed.
 */
export const BASELINE_FILE = ".metacache-baseline.json";
const VERSION = 1;

/** An entry has no line: an edit above a finding does not make it new. */
export interface BaselineEntry {
  readonly file: string;
  /** The target, with its section. */
  readonly target: string;
  /**
   * `file`, `section`, or the code of another rule. All codes about files are one kind: a clone
   * with less history tells something else about a file.
   */
  readonly kind: string;
  readonly count: number;
}

export interface Baselined {
  /** The findings that are not in the baseline. */
  readonly findings: readonly CheckFinding[];
  readonly ignored: number;
  /** The entries that are still needed, each with the count that is still needed. */
  readonly needed: readonly BaselineEntry[];
  /** The findings of the baseline that no longer exist, counted by entry. */
  readonly stale: readonly BaselineEntry[];
}

/**
 * Removes the findings of the baseline. An entry with a count of two removes the first two findings
 * that match it.
 */
export function withoutBaselined(findings: readonly CheckFinding[], entries: readonly BaselineEntry[]): Baselined {
  const left = new Map(entries.map((entry) => [keyOf(entry), entry.count]));
  const kept = findings.filter((finding) => finding.severity !== "error" || !takeOne(left, finding));
  const unused = entries.map((entry) => ({ ...entry, count: left.get(keyOf(entry)) ?? 0 }));
  const needed = entries.map((entry, at) => ({ ...entry, count: entry.count - (unused[at]?.count ?? 0) }));
  return {
    findings: kept,
    ignored: findings.length - kept.length,
    needed: needed.filter(({ count }) => count > 0),
    stale: unused.filter(({ count }) => count > 0),
  };
}

/** Returns the entries, with these findings added. */
export function withAccepted(entries: readonly BaselineEntry[], findings: readonly CheckFinding[]): readonly BaselineEntry[] {
  const all = new Map(entries.map((entry) => [keyOf(entry), entry]));
  for (const finding of findings) {
    if (finding.severity !== "error") continue;
    const entry = entryOf(finding);
    const known = all.get(keyOf(entry));
    all.set(keyOf(entry), { ...entry, count: (known?.count ?? 0) + 1 });
  }
  return [...all.values()];
}

export function baselineText(entries: readonly BaselineEntry[]): string {
  const sorted = entries.toSorted((one, other) => compareValues(keyOf(one), keyOf(other)));
  return `${JSON.stringify({ version: VERSION, entries: sorted }, undefined, 2)}\n`;
}

/** Throws `E_CONFIG` if the text is not a baseline, or if a newer version wrote it. */
export function parseBaseline(path: string, text: string): readonly BaselineEntry[] {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw damaged(path, [`it is not JSON (${messageOf(error)})`]);
  }
  const problems = new Problems();
  const { version, entries } = problems.object("", value);
  if (typeof version === "number" && version > VERSION) {
    throw new ConfigError(path, [`it has version ${version}, and this metacache reads at most version ${VERSION}`], {
      remedy: "use a newer metacache",
    });
  }
  if (version !== VERSION) problems.add("version", `must be ${VERSION}`);
  const read = problems.list("entries", entries).map((entry, at) => readEntry(problems, at, entry));
  if (problems.found.length > 0) throw damaged(path, [problems.summary]);
  return [...Map.groupBy(read, keyOf).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, count: others.reduce((sum, { count }) => sum + count, first.count) }],
  );
}

function readEntry(problems: Problems, at: number, value: unknown): BaselineEntry {
  problems.enter("entries");
  problems.enter(at);
  const { file, target, kind, count } = problems.object("", value, ["file", "target", "kind", "count"]);
  const entry = {
    file: problems.text("file", file),
    target: problems.text("target", target),
    kind: problems.text("kind", kind),
    count: problems.integer("count", count, 1),
  };
  problems.leave();
  problems.leave();
  return entry;
}

function damaged(path: string, problems: readonly string[]): ConfigError {
  return new ConfigError(path, problems, {
    remedy: "restore it from the repository's history, or remove it and run `metacache check --write-baseline`",
  });
}

const FILE_CODES: readonly string[] = ["moved", "case", "extension", "did-you-mean", "deleted", "never-existed", "missing", "outside"];

function entryOf({ path, target, section = "", code }: Pick<CheckFinding, "path" | "target" | "section" | "code">): BaselineEntry {
  const kind = FILE_CODES.includes(code) ? "file" : code === "no-such-section" ? "section" : code;
  return { file: path, target: target + section, kind, count: 1 };
}

/** Two findings have the same key if an entry of a baseline cannot tell them apart. */
export function findingKey(finding: Pick<CheckFinding, "path" | "target" | "section" | "code">): string {
  return keyOf(entryOf(finding));
}

/** Takes a finding off the counts by key. Returns false if none of its key is left. */
export function takeOne(left: Map<string, number>, finding: CheckFinding): boolean {
  const key = findingKey(finding);
  const count = left.get(key) ?? 0;
  if (count > 0) left.set(key, count - 1);
  return count > 0;
}

function keyOf({ file, target, kind }: BaselineEntry): string {
  return `${file}\0${target}\0${kind}`;
}
