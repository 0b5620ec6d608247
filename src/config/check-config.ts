import type { Problems } from "../base/validation.ts";

/** What the project file says of the check, below `check`. */
export interface CheckConfig {
  /** Files whose references are not checked: patterns as in a `.gitignore` of the root, after those of `DEFAULT_CHECK_IGNORE`. */
  readonly ignore: readonly string[];
}

export const DEFAULT_CHECK_CONFIG: CheckConfig = Object.freeze({ ignore: Object.freeze([]) });

/** Histories, archives, what tests read and what others wrote: what they name is of another time or place. A pattern with `!` takes files back in. */
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
  const { ignore = [] } = problems.object("check", value, ["ignore"]);
  return { ignore: problems.list("check.ignore", ignore).map((pattern, at) => problems.text(`check.ignore[${at}]`, pattern)) };
}
