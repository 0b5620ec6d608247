import { DOCUMENT_LANGUAGES } from "../../record/document-languages.ts";
import { folderOf } from "../../references/candidates.ts";
import { citedPlacesOf } from "../../record/cited-places.ts";
import { meaningOf } from "../check-references.ts";
import { ruleFinding, type RuleInput } from "./rule.ts";
import type { CheckFinding } from "../finding.ts";

const ROOT = /^(?:readme|contributing|changelog|license|security|code_of_conduct|agents|claude)\b/i;
const INDEX = /(?:^|\/)(?:index|SUMMARY|_sidebar)\.\w+$/;

/**
 * Finds documents that no way of references from a root reaches. Roots are `README` and similar
 * files at the top, indexes, the files that `roots` names, and all code.
 */
export function orphanDocuments({ tree, records, settings }: RuleInput): readonly CheckFinding[] {
  const reached = new Set<string>();
  const open: string[] = [];
  const reach = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    open.push(path);
  };
  for (const { path, language } of tree.records()) {
    const isRoot = settings.roots.includes(path) || (folderOf(path) === "" && ROOT.test(path)) || INDEX.test(path);
    if (isRoot || !DOCUMENT_LANGUAGES.includes(language)) reach(path);
  }
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const record = tree.record(path);
    if (record === undefined) continue;
    for (const place of citedPlacesOf(record)) {
      const meaning = meaningOf(place, path, tree);
      if (meaning.is !== "found") continue;
      reach(meaning.path);
      // A reference to a folder reaches all files directly in it.
      if (meaning.isFolder) for (const name of tree.filesIn(meaning.path)) reach(`${meaning.path}/${name}`);
    }
  }
  return records
    .filter(({ path, language }) => DOCUMENT_LANGUAGES.includes(language) && !reached.has(path))
    .map(({ path }) =>
      ruleFinding("orphan-documents", settings, {
        path,
        line: 1,
        target: path,
        problem: "no way of references leads to this document",
        remedy: "refer to it, or name it in check.rules.orphan-documents.roots",
      }),
    );
}
