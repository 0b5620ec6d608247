import type { Problems } from "../base/validation.ts";

/** The settings of `metacache check`: the key `check` of the project file. */
export interface CheckConfig {
  /**
   * Files whose references are not checked: patterns as in a `.gitignore` of the root. They apply
   * after the patterns of `DEFAULT_CHECK_IGNORE`.
   */
  readonly ignore: readonly string[];
  /** The rules that the project turns on, by name. */
  readonly rules: Readonly<Partial<Record<CheckRuleName, CheckRuleConfig>>>;
}

export const CHECK_RULES = ["orphan-documents", "header-incomplete", "intent-missing", "stale-document", "change-history-order"] as const;
/** The name of a rule that a project can turn on. */
export type CheckRuleName = (typeof CHECK_RULES)[number];

/** The settings of one rule. */
export interface CheckRuleConfig {
  /**
   * The files that the rule checks: patterns as in a `.gitignore` of the root. An empty list means
   * every file.
   */
  readonly files: readonly string[];
  /** An `error` makes the check fail. A `warning` does not. */
  readonly severity: "error" | "warning";
  /** For `orphan-documents`: the paths of more documents to start from. */
  readonly roots: readonly string[];
  /** For `header-incomplete`: the sections that a header must have. */
  readonly sections: readonly CheckHeaderSection[];
}

const CHECK_HEADER_SECTIONS = ["intent", "designPrinciples", "constraints", "referenceDocumentation", "changeHistory"] as const;
/** A section of a header that a rule can require. */
export type CheckHeaderSection = (typeof CHECK_HEADER_SECTIONS)[number];

export const DEFAULT_CHECK_CONFIG: CheckConfig = Object.freeze({ ignore: Object.freeze([]), rules: Object.freeze({}) });

/**
 * Histories, archives, test data and code of others: their references are about another time or
 * place. A pattern with `!` includes files again.
 */
export const DEFAULT_CHECK_IGNORE: readonly string[] = [
  "CHANGELOG*",
  "HISTORY*",
  "archive/",
  "archives/",
  "fixtures/",
  "__fixtures__/",
  "testdata/",
  "vendor/",
  "third_party/",
  "node_modules/",
];

export function readCheckConfig(problems: Problems, value: unknown): CheckConfig {
  const given = problems.object("check", value, ["ignore", "rules"]);
  const rules: Partial<Record<CheckRuleName, CheckRuleConfig>> = {};
  const named = problems.object("check.rules", given["rules"] ?? {}, CHECK_RULES);
  for (const name of CHECK_RULES) if (named[name] !== undefined) rules[name] = readRule(problems, `check.rules.${name}`, named[name], name);
  return { ignore: readTexts(problems, "check.ignore", given["ignore"] ?? []), rules };
}

function readRule(problems: Problems, at: string, value: unknown, name: CheckRuleName): CheckRuleConfig {
  const given = problems.object(at, value, ["files", "severity", "roots", "sections"]);
  const { severity = name === "stale-document" ? "warning" : "error", sections = ["intent"] } = given;
  return {
    files: readTexts(problems, `${at}.files`, given["files"] ?? []),
    severity: problems.oneOf(`${at}.severity`, severity, ["error", "warning"]),
    roots: readTexts(problems, `${at}.roots`, given["roots"] ?? []),
    sections: problems
      .list(`${at}.sections`, sections)
      .map((section, index) => problems.oneOf(`${at}.sections[${index}]`, section, CHECK_HEADER_SECTIONS)),
  };
}

function readTexts(problems: Problems, at: string, value: unknown): readonly string[] {
  return problems.list(at, value).map((text, index) => problems.text(`${at}[${index}]`, text));
}
