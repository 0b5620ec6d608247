import type { CheckedRecord, CheckedTree } from "../checked-tree.ts";
import type { CheckFinding } from "../finding.ts";
import { RULES } from "../rules/rules.ts";
import { CHECK_RULES, type CheckConfig } from "../../config/check-config.ts";
import { IgnoreRules } from "../../extraction/tree/ignore-rules.ts";
import type { RepositoryChange } from "./git/change.ts";

/**
 * Runs the rules that the project turned on. For a change, returns only findings in files that the
 * change touches, except for `stale-document`: that rule is about documents which the change does
 * not touch.
 */
export function runRules(
  { rules }: CheckConfig,
  tree: CheckedTree,
  records: readonly CheckedRecord[],
  change: RepositoryChange | undefined,
): readonly CheckFinding[] {
  return CHECK_RULES.flatMap((name) => {
    const settings = rules[name];
    if (settings === undefined) return [];
    const chosen = IgnoreRules.ofPatterns(settings.files, name);
    const ofRule = settings.files.length === 0 ? records : records.filter(({ path }) => chosen.ignores(path, false));
    const found = RULES[name]({ tree, records: ofRule, settings, changed: change?.changed });
    return change === undefined || name === "stale-document" ? found : found.filter(({ path }) => change.changed.has(path));
  });
}
