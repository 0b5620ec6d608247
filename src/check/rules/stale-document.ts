import { citedPlacesOf } from "../../record/cited-places.ts";
import { DOCUMENT_LANGUAGES } from "../../record/document-languages.ts";
import { meaningOf } from "../check-references.ts";
import type { CheckFinding } from "../finding.ts";
import { ruleFinding, type RuleInput } from "./rule.ts";

/**
 * Finds documents that refer to code which a change touches, if the change does not touch the
 * documents.
 */
export function staleDocument({ tree, records, settings, changed }: RuleInput): readonly CheckFinding[] {
  if (changed === undefined) return [];
  return records.flatMap((record) => {
    if (!DOCUMENT_LANGUAGES.includes(record.language) || changed.has(record.path)) return [];
    const told = new Set<string>();
    return citedPlacesOf(record).flatMap((place) => {
      const meaning = meaningOf(place, record.path, tree);
      if (meaning.is !== "found" || !changed.has(meaning.path) || told.has(meaning.path)) return [];
      if (DOCUMENT_LANGUAGES.includes(tree.record(meaning.path)?.language ?? "")) return [];
      told.add(meaning.path);
      const { line, column, target } = place;
      const problem = `${meaning.path} has changed, but this document has not`;
      const remedy = "update it, or write on this line that it is still right: metacache-ignore: still true";
      return [
        ruleFinding("stale-document", settings, {
          path: record.path,
          line,
          ...(column !== undefined && { column }),
          target,
          problem,
          remedy,
        }),
      ];
    });
  });
}
