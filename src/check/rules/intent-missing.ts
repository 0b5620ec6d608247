import type { CheckFinding } from "../finding.ts";
import { ruleFinding, type RuleInput } from "./rule.ts";

/**
 * Finds functions and classes without documentation. A name that begins with `_` or `#` is private
 * to its file. Methods are not checked: only their class is.
 */
export function intentMissing({ records, settings }: RuleInput): readonly CheckFinding[] {
  return records.flatMap(({ path, functions, classes }) =>
    [...functions.filter(({ className, kind }) => className === undefined && kind !== "test"), ...classes]
      .filter(({ name, docSections }) => docSections.intent === "" && !/^[_#]/.test(name))
      .map(({ name, lineRange }) =>
        ruleFinding("intent-missing", settings, {
          path,
          line: lineRange.start,
          target: name,
          problem: "it does not say what it is for",
          remedy: "write a comment in front of it",
        }),
      ),
  );
}
