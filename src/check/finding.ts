import type { CitedPlace } from "../record/cited-places.ts";

/** The problems of a reference. `docs/check.md` explains each code. */
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
/** The problems of the marks and lists that leave findings out. */
const IGNORE_CODES = ["unused-ignore", "ignore-without-reason", "stale-baseline"] as const;
/** Rules that a project may turn on. */
const RULE_CODES = ["orphan-documents", "header-incomplete", "intent-missing", "stale-document", "change-history-order"] as const;
export type RuleCode = (typeof RULE_CODES)[number];
export type CheckCode = (typeof REFERENCE_CODES)[number] | (typeof IGNORE_CODES)[number] | RuleCode;

/** An `error` fails the check. A `warning` is only likely, and does not fail the check. */
const SEVERITIES = ["error", "warning"] as const;
export type Severity = (typeof SEVERITIES)[number];

/**
 * The edit that makes the reference right: in the line, from the finding's column on, `to` replaces
 * `from`.
 */
export interface Fix {
  readonly from: string;
  readonly to: string;
}

/** A dangling reference, or another problem that the check found. */
export interface CheckFinding {
  readonly code: CheckCode;
  readonly severity: Severity;
  /** The file with the problem. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1 in UTF-16 units. Missing if only the line is known. */
  readonly column?: number | undefined;
  /** The text at this place. */
  readonly target: string;
  readonly section?: string | undefined;
  /** What is wrong, as a part of a sentence. */
  readonly problem: string;
  /** What to do, as a part of a sentence. */
  readonly remedy: string;
  /** Only if there is one right answer. */
  readonly fix?: Fix | undefined;
}

/**
 * A place that names no file of the project. It becomes a finding when the check knows what became
 * of the file.
 */
export interface DanglingPlace {
  readonly path: string;
  readonly place: CitedPlace;
  readonly severity: Severity;
  /** The paths that the place could mean, the preferred one first. */
  readonly candidates: readonly string[];
}

export interface CheckedCounts {
  /** Places that name a file of the project. */
  readonly references: number;
  /** Files that have such places. */
  readonly files: number;
}
