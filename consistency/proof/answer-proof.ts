import { isDeepStrictEqual } from "node:util";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { HistoryTree } from "./history-tree.ts";
import { type NaiveAnswer, naiveAnswer, naiveSymbols } from "./naive-answer.ts";
import type { Counted, Final, GetAnswer, PathsAnswered, QueryAnswered, SymbolsAnswered } from "../operations/operation.ts";
import { branchOf, type Position, revisionOf } from "./position.ts";

// Compares answers with the history that they are taken to be of.

const WHOLE = ["path", "digest"] as const;

export function violationOfGet(tree: HistoryTree, { path, digest }: GetAnswer, from: Position, to: Position): string | undefined {
  const had = tree.stretches(from, to).some((part) => part.history.hadWithin(path, digest ?? undefined, part.from, part.to));
  const revision = revisionOf(to);
  return had ? undefined : `${path} was ${tree.at(branchOf(to)).digestAt(path, revision) ?? "not there"} at revision ${revision}`;
}

export function violationOfQuery(tree: HistoryTree, answer: QueryAnswered, at: Position): string | undefined {
  const { question, after, total, more, items } = answer;
  const expected = naiveAnswer(tree.at(branchOf(at)).filesAt(revisionOf(at)), question, after);
  if (total !== expected.total) return `${expected.total} files match at that revision`;
  const fields = question.select ?? WHOLE;
  const wanted = expected.files.map((file) => fields.map((field) => file[field]));
  if (JSON.stringify(wanted) !== JSON.stringify(items)) return `at that revision the answer is ${JSON.stringify(wanted)}`;
  return more === expected.more ? undefined : `at that revision there is ${expected.more ? "a" : "no"} next page`;
}

export function violationOfSymbols(tree: HistoryTree, answer: SymbolsAnswered, at: Position): string | undefined {
  const { name, limit, total, items } = answer;
  const expected = naiveSymbols(tree.at(branchOf(at)).filesAt(revisionOf(at)), name);
  if (total !== expected.length) return `${expected.length} symbols match at that revision`;
  const wanted = expected.slice(0, limit);
  return isDeepStrictEqual(items, wanted) ? undefined : `at that revision the answer is ${JSON.stringify(wanted)}`;
}

/**
 * The answer is right if it was right at any position that the cache may have been at during the
 * call. Mostly there is only one.
 */
export function violationOfIndexAnswer(
  tree: HistoryTree,
  answer: PathsAnswered | Counted,
  from: Position,
  to: Position,
): string | undefined {
  let last: NaiveAnswer | undefined;
  for (const part of tree.stretches(from, to).reverse()) {
    for (let revision = part.to; revision >= part.from; revision--) {
      if (part.history.isInTransaction(revision)) continue;
      const expected = naiveAnswer(part.history.filesAt(revision), answer.question);
      last ??= expected;
      const isRight = answer.kind === "count" ? answer.total === expected.total : isDeepStrictEqual(answer.paths, pathsOf(expected));
      if (isRight) return undefined;
    }
  }
  if (last === undefined) return "no revision is left that the answer can be of";
  return answer.kind === "count"
    ? `${last.total} files match at that revision`
    : `at that revision the answer is ${JSON.stringify(pathsOf(last))}`;
}

export function violationOfFinal(tree: HistoryTree, { files, findings }: Final, at: Position): string | undefined {
  if (findings.length > 0) return "the cache's own checks found something";
  const { last, lastBranch } = tree;
  if (branchOf(at) !== lastBranch || revisionOf(at) !== last.revision) return `the database ended at revision ${last.revision}`;
  const isSame = isDeepStrictEqual(files, namesOf([...last.filesAt(last.revision)]));
  return isSame ? undefined : "the cache did not end equal to the database";
}

export function namesOf(files: readonly FileMetadata[]): [string, string][] {
  return files.map(({ path, digest }) => [path, digest]);
}

function pathsOf({ files }: NaiveAnswer): string[] {
  return files.map(({ path }) => path);
}
