import type { HeaderSections } from "../../record/file-metadata.ts";
import type { CheckedRecord, CheckedTree } from "../checked-tree.ts";
import type { CheckFinding, RuleCode, Severity } from "../finding.ts";

/** What a rule requires, and how severe its findings are. */
export interface RuleSettings {
  readonly severity: Severity;
  /** The roots of `orphan-documents`: files from which references must lead to documents. */
  readonly roots: readonly string[];
  /** The sections that `header-incomplete` requires. */
  readonly sections: readonly HeaderSection[];
}

type HeaderSection = keyof HeaderSections;

/** What a rule looks at. */
export interface RuleInput {
  readonly tree: CheckedTree;
  /** The files that the rule is for, in the order of their paths. */
  readonly records: readonly CheckedRecord[];
  readonly settings: RuleSettings;
  /** The files that a change touches. Missing if everything is checked. */
  readonly changed?: ReadonlySet<string> | undefined;
}

export type Rule = (input: RuleInput) => readonly CheckFinding[];

export function ruleFinding(code: RuleCode, { severity }: RuleSettings, finding: Omit<CheckFinding, "code" | "severity">): CheckFinding {
  return { code, severity, ...finding };
}
