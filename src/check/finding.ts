import type { CitedPlace } from "../record/cited-places.ts";

/** What can be found of a reference; what each means is told in `docs/check.md`. */
const REFERENCE_CODES = [
  "moved",
  "case",
  "extension",
  "did-you-mean",
  "deleted",
  "never-existed",
  "missing",
  "outside",
  "no-such-section",
] as const;
/** What can be found of the marks and lists that leave findings out. */
const IGNORE_CODES = ["unused-ignore", "ignore-without-reason", "stale-baseline"] as const;
/** Rules that a project may ask for. */
const RULE_CODES = ["orphan-documents", "header-incomplete", "intent-missing", "stale-document", "change-history-order"] as const;
export type RuleCode = (typeof RULE_CODES)[number];
export type CheckCode = (typeof REFERENCE_CODES)[number] | (typeof IGNORE_CODES)[number] | RuleCode;

/** An `error` fails the check; a `warning` is only likely, and does not. */
const SEVERITIES = ["error", "warning"] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * What would make the reference right: these characters, which stand in the line from the finding's
 * column on, give way to those.
 */
export interface Fix {
  readonly from: string;
  readonly to: string;
}

/** A reference that does not hold, or something else that the check objects to. */
export interface CheckFinding {
  readonly code: CheckCode;
  readonly severity: Severity;
  /** The file that it stands in. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1 in UTF-16 units; missing if the line alone is known. */
  readonly column?: number | undefined;
  /** What is written there. */
  readonly target: string;
  readonly section?: string | undefined;
  /** What is wrong. */
  readonly problem: string;
  /** What to do. */
  readonly remedy: string;
  /** Only if there is one right answer. */
  readonly fix?: Fix | undefined;
}

/**
 * A place that names no file of the project. It becomes a finding when it is known what became of
 * the file.
 */
export interface DanglingPlace {
  readonly path: string;
  readonly place: CitedPlace;
  readonly severity: Severity;
  /** The paths that it could mean, the preferred one first. */
  readonly candidates: readonly string[];
}

export interface CheckedCounts {
  /** Places that name a file of the project. */
  readonly references: number;
  /** Files that have such places. */
  readonly files: number;
}
