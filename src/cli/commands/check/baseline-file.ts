import { join } from "node:path";
import { MetacacheError, messageOf } from "../../../base/errors.ts";
import { BASELINE_FILE, type BaselineEntry, baselineText, parseBaseline, withAccepted, withoutBaselined } from "../../../check/baseline.ts";
import type { CheckFinding } from "../../../check/finding.ts";
import { replaceFile } from "../../../files/replace-file.ts";
import { readBaseline } from "../../../check/run/baseline-text.ts";
import type { CheckResult } from "../../../check/run/run-check.ts";

export interface BaselineUse {
  readonly writeBaseline?: boolean;
  readonly acceptNew?: boolean;
  readonly prune?: boolean;
}

export interface BaselineOutcome {
  readonly result: CheckResult;
  /** What was written, as text for people. */
  readonly notes: readonly string[];
}

/** The part that was checked, if not everything was checked. */
export interface CheckedPart {
  /** The staged baseline. Missing if the baseline of the working tree applies. */
  readonly baseline?: { readonly text: string | undefined } | undefined;
}

/**
 * Removes the findings that are in the baseline from the result. If everything was checked (without
 * `part`), a baseline entry without a finding is itself a finding. If the baseline is written, such
 * entries are removed from it. New findings are added to it if there is no baseline yet, or with
 * `acceptNew`. Throws `E_CONFIG` for a damaged baseline.
 */
export function useBaseline(root: string, result: CheckResult, use: BaselineUse, part: CheckedPart | undefined): BaselineOutcome {
  const isWhole = part === undefined;
  const text = part?.baseline === undefined ? readBaseline(root) : part.baseline.text;
  const entries = text === undefined ? [] : parseBaseline(join(root, BASELINE_FILE), text);
  const { findings, ignored, needed, stale } = withoutBaselined(result.findings, entries);
  const writes = use.writeBaseline === true || use.acceptNew === true || use.prune === true;
  if (!writes) {
    const objections = isWhole ? stale.map((entry) => staleFinding(entry, text ?? "")) : [];
    return { result: { ...result, findings: [...findings, ...objections], ignored: result.ignored + ignored }, notes: [] };
  }
  if (!isWhole) {
    throw new MetacacheError("E_CONFIG", "a baseline is for the whole project, and only a part was checked", {
      remedy: "write the baseline without --since and --staged",
    });
  }
  const accepts = use.acceptNew === true || (text === undefined && use.writeBaseline === true);
  const written = accepts ? withAccepted(needed, findings) : needed;
  if (text !== undefined || written.length > 0) writeBaseline(root, baselineText(written));
  const left = accepts ? findings.filter(({ severity }) => severity !== "error") : findings;
  const added = findings.length - left.length;
  const removed = stale.reduce((sum, { count }) => sum + count, 0);
  const kept = accepts || left.length === 0 ? "" : "; new findings were not added (--accept-new adds them)";
  return {
    result: { ...result, findings: left, ignored: result.ignored + ignored + added },
    notes: [`the baseline ${BASELINE_FILE} was written: +${added} and -${removed}${kept}`],
  };
}

function staleFinding({ file, target, kind, count }: BaselineEntry, text: string): CheckFinding {
  const lines = text.split("\n");
  const at = lines.findIndex(
    (line, index) => line.includes(JSON.stringify(file)) && (lines[index + 1] ?? "").includes(JSON.stringify(target)),
  );
  return {
    code: "stale-baseline",
    severity: "error",
    path: BASELINE_FILE,
    line: Math.max(1, at + 1),
    target,
    problem: `${file} has ${count} fewer of these references (${kind}) than the baseline says`,
    remedy: "run `metacache check --prune`",
  };
}

/** Writes the whole baseline, or nothing. */
function writeBaseline(root: string, text: string): void {
  const file = join(root, BASELINE_FILE);
  try {
    replaceFile(file, Buffer.from(text));
  } catch (error) {
    throw new MetacacheError("E_SOURCE", `the baseline ${file} cannot be written: ${messageOf(error)}`, {
      remedy: "make its folder writable",
      cause: error,
    });
  }
}
