import type { CheckCode, CheckFinding, DanglingPlace, Fix } from "../finding.ts";
import { folderOf, nameOf } from "../../references/candidates.ts";
import type { CheckedTree } from "../checked-tree.ts";
import { isCommonName, needsTrace } from "../citation-rule.ts";
import type { FileHistory, Removal } from "./file-history.ts";
import { otherEndings, spelledAlike } from "./like-names.ts";
import { respelled } from "./respelled.ts";

type Answer = Pick<CheckFinding, "code" | "problem" | "remedy"> & {
  /** The only path that can be meant. */
  readonly meant?: string;
  /**
   * True if the history of the repository, or a file that is spelt differently, proves that a file
   * was meant.
   */
  readonly hasTrace?: boolean;
};

/**
 * Returns what became of the file that a place names, and what to do about it. The surest answer
 * wins. Returns `undefined` if the path is only an example of a path.
 */
export function findingOf(dangling: DanglingPlace, tree: CheckedTree, history: FileHistory): CheckFinding | undefined {
  const { path, place, severity } = dangling;
  const { meant, hasTrace = false, ...told } = spelling(dangling, tree) ?? whatBecame(dangling, tree, history);
  if (!hasTrace && needsTrace(place)) return undefined;
  const fix = meant === undefined || severity === "warning" ? undefined : fixOf(dangling, meant);
  return {
    severity,
    path,
    line: place.line,
    ...(place.column !== undefined && { column: place.column }),
    target: place.target,
    ...(place.section !== undefined && { section: place.section }),
    ...told,
    ...(fix !== undefined && { fix }),
  };
}

function spelling({ candidates }: DanglingPlace, tree: CheckedTree): Answer | undefined {
  const cased = unique(candidates.flatMap((each) => tree.likeCase(each)));
  if (cased !== undefined) return answer("case", `the file is spelt ${cased}`, `write ${cased}`, cased, true);
  const other = unique(candidates.flatMap((each) => otherEndings(each, tree)));
  if (other === undefined) return undefined;
  return answer("extension", `there is no such file, but ${other} exists`, `write ${other}`, other);
}

function whatBecame({ candidates, place }: DanglingPlace, tree: CheckedTree, history: FileHistory): Answer {
  const [first = place.target] = candidates;
  const removals = candidates.flatMap((each) => history.removal(each) ?? []);
  const renamed = unique(removals.flatMap(({ renamedTo }) => (renamedTo !== undefined && tree.exists(renamedTo) ? renamedTo : [])));
  if (renamed !== undefined) return moved(renamed, placeOf(removals.find(({ renamedTo }) => renamedTo === renamed)));
  const named = unique(tree.named(nameOf(first), 2));
  if (named !== undefined && !isCommonName(named) && nameOf(first).includes(".")) return moved(named, undefined);
  const [removal] = removals;
  if (removal !== undefined) return deleted(removal);
  const alike = [...new Set(candidates.flatMap((each) => spelledAlike(each, tree)))];
  if (alike.length > 0) {
    const list = alike.slice(0, 3).join(" or ");
    return answer("did-you-mean", "there is no such file", `did you mean ${list}?`);
  }
  const others = tree.named(nameOf(first), 4);
  const elsewhere = others.length > 1 && !isCommonName(first) ? `; files of this name are ${others.slice(0, 3).join(", ")}` : "";
  if (history.isWhole)
    return answer(
      "never-existed",
      `${first} does not exist, and never existed in the history of this branch`,
      `name a file that exists, or create this one${elsewhere}`,
    );
  return answer("missing", `${first} does not exist`, `name a file that exists, or create this one${elsewhere}`);
}

function moved(to: string, commit: string | undefined): Answer {
  const when = commit === undefined ? "" : ` in ${commit}`;
  return answer("moved", `the file has moved to ${to}${when}`, `write ${to}`, to, commit !== undefined);
}

function deleted(removal: Removal): Answer {
  const { commit } = removal;
  const before = commit === undefined ? "HEAD" : `${commit}^`;
  const remedy = `remove the reference, or take the file back with \`git show ${before}:PATH\``;
  return answer("deleted", `the file was deleted in ${placeOf(removal)}`, remedy, undefined, true);
}

function placeOf(removal: Removal | undefined): string {
  return removal?.commit ?? "a change that is not committed";
}

function answer(code: CheckCode, problem: string, remedy: string, meant?: string, hasTrace: boolean = false): Answer {
  return { code, problem, remedy, ...(meant !== undefined && { meant }), ...(hasTrace && { hasTrace }) };
}

function unique(paths: readonly string[]): string | undefined {
  const [only, ...others] = new Set(paths);
  return others.length === 0 ? only : undefined;
}

function fixOf({ path, place, candidates }: DanglingPlace, meant: string): Fix | undefined {
  // The target in a tagged header includes the section.
  const from = place.form === "header" ? place.target.replace(/[\s,(]*[#§].*$/s, "") : place.target;
  const folder = folderOf(path);
  const [first = ""] = candidates;
  const isFromRoot = place.form !== "link" && (folder === "" || !first.startsWith(`${folder}/`) || first === from);
  const to = respelled(from, { citing: path, meant, isFromRoot });
  return to === undefined || to === from ? undefined : { from, to };
}
