import { expect, test } from "vitest";
import { PATHS } from "../../consistency/operations/contended-records.ts";
import { Floor } from "../../consistency/proof/floor.ts";
import type { History } from "../../consistency/proof/history.ts";
import { HistoryTree } from "../../consistency/proof/history-tree.ts";
import type { Failed, NamedFile, Writing } from "../../consistency/operations/operation.ts";
import { type Position, positionAt } from "../../consistency/proof/position.ts";
import { placeOf, violationOfFailedWrite, violationOfUnfinished, violationOfWritten } from "../../consistency/proof/write-proof.ts";

const [A = "", B = "", C = ""] = PATHS;

/** Revisions from 1: a path with the digest that it got, or alone, where it was removed. */
function historyOf(...changes: readonly (readonly [path: string, digest?: string])[]): HistoryTree {
  const tree = new HistoryTree();
  addTo(tree, 0, 1, changes);
  return tree;
}

function addTo(tree: HistoryTree, branch: number, first: number, changes: readonly (readonly [path: string, digest?: string])[]): void {
  for (const [index, [path, digest]] of changes.entries()) tree.add({ branch, revision: first + index, path, digest });
}

function writing(put: readonly NamedFile[], remove: readonly string[] = []): Writing {
  return { kind: "writing", write: "w", project: 0, begin: 0, put, remove };
}

function written(reached: Position, changed: number): { readonly reached: Position; readonly changed: number } {
  return { reached, changed };
}

function failed(fault: string): Failed {
  return { kind: "failed", what: "write", write: "w", code: "E_DATABASE_UNAVAILABLE", fault, message: "", begin: 0, end: 1 };
}

function digestsAt(history: History, revision: number): string[] {
  return Array.from(history.filesAt(revision), ({ digest }) => digest).sort();
}

const BOTH: readonly NamedFile[] = [
  [A, "x"],
  [B, "y"],
];

test("a write of which nobody knows whether it was made was made whole or not at all", () => {
  expect(violationOfUnfinished(historyOf([C, "z"]), writing(BOTH))).toBeUndefined();
  expect(violationOfUnfinished(historyOf([C, "z"], [A, "x"], [B, "y"]), writing(BOTH))).toBeUndefined();
  expect(violationOfUnfinished(historyOf([A, "x"], [C, "z"]), writing(BOTH))).toMatch(/only a part/);
  expect(violationOfUnfinished(historyOf([A, "x"], [C, "z"], [B, "y"]), writing(BOTH))).toMatch(/not made in one transaction/);
});

test("a write that failed left nothing behind, unless its error says that nobody knows", () => {
  const stored = historyOf([A, "x"], [B, "y"]);
  expect(violationOfFailedWrite(stored, writing(BOTH), failed("unreachable"))).toMatch(/reported as failed, but was stored/);
  expect(violationOfFailedWrite(stored, writing(BOTH), failed("uncertain"))).toBeUndefined();
  expect(violationOfFailedWrite(historyOf([A, "x"]), writing(BOTH), failed("uncertain"))).toMatch(/only a part/);
  expect(violationOfFailedWrite(historyOf([C, "z"]), writing(BOTH), failed("unreachable"))).toBeUndefined();
});

test("an acknowledged write is stored by the revision that it names, after what was seen before it began", () => {
  const history = historyOf([C, "z"], [A, "x"], [B, "y"]);
  expect(violationOfWritten(history, writing(BOTH), written(3, 2), 1)).toBeUndefined();
  expect(violationOfWritten(history, writing(BOTH), written(2, 2), 1)).toMatch(/not stored by then/);
  expect(violationOfWritten(history, writing(BOTH), written(3, 2), 2)).toMatch(/had been seen before it began/);
  expect(violationOfWritten(history, writing(BOTH), written(3, 1), 1)).toMatch(/2 rows changed, not 1/);
});

test("an acknowledged removal took as many files as it says, and left none, at one moment of the call", () => {
  const history = historyOf([A, "x"], [B, "y"], [A], [C, "z"], [B]);
  const removal = writing([], [A, B]);
  expect(violationOfWritten(history, writing([], [A]), written(5, 1), 2)).toBeUndefined();
  expect(violationOfWritten(history, removal, written(5, 1), 3)).toBeUndefined();
  expect(violationOfWritten(history, removal, written(5, 0), 5)).toBeUndefined();
  // Both are gone, but not together.
  expect(violationOfWritten(history, removal, written(5, 2), 2)).toMatch(/was not made/);
  // One of them is still there at each moment until then.
  expect(violationOfWritten(history, removal, written(4, 1), 2)).toMatch(/was not made/);
  // It was removed, but before.
  expect(violationOfWritten(history, writing([], [A]), written(5, 1), 3)).toMatch(/was not made/);
});

test("a write that moves a file took the old one away", () => {
  const moved = writing([[B, "y"]], [A]);
  expect(violationOfWritten(historyOf([A, "x"], [A], [B, "y"]), moved, written(3, 2), 1)).toBeUndefined();
  expect(violationOfWritten(historyOf([A, "x"], [B, "y"]), moved, written(2, 1), 1)).toMatch(/the removal of .* was not made/);
});

test("nobody can have been at a revision within a transaction, but at its last one", () => {
  const tree = historyOf([C, "z"], [A, "x"], [B, "y"]);
  expect(placeOf(tree, writing(BOTH))).toEqual({ kind: "together", first: 2, last: 3 });
  tree.markTransaction(2, 3);
  expect([1, 2, 3].map((revision) => tree.last.isInTransaction(revision))).toEqual([false, true, false]);
});

test("a history shows the files of any revision, in any order of questions", () => {
  const history = historyOf([A, "x"], [B, "y"], [A, "x2"], [B]).last;
  expect([0, 1, 2, 3, 4].map((revision) => digestsAt(history, revision))).toEqual([[], ["x"], ["x", "y"], ["x2", "y"], ["x2"]]);
  expect([3, 0, 4, 1, 2].map((revision) => digestsAt(history, revision))).toEqual([["x2", "y"], [], ["x2"], ["x"], ["x", "y"]]);
  expect(history.hadWithin(A, "x", 2, 4)).toBe(true);
  expect(history.hadWithin(A, "x", 3, 4)).toBe(false);
  expect(history.hadWithin(B, undefined, 2, 3)).toBe(false);
  expect(history.hadWithin(B, undefined, 2, 4)).toBe(true);
});

test("a history that begins at an older state has what it has until there, and its own changes after it", () => {
  const tree = new HistoryTree();
  tree.branchOff(2, 2);
  tree.branchOff(1, 3);
  addTo(tree, 0, 1, [[A, "x"], [B, "y"], [A, "x2"], [B]]);
  addTo(tree, 1, 3, [
    [B, "y2"],
    [C, "z"],
  ]);
  addTo(tree, 2, 2, [[A], [C, "z2"], [C, "z3"]]);
  const [undone, second, third] = [tree.at(0), tree.at(1), tree.at(2)];
  expect([1, 2, 3, 4].map((revision) => digestsAt(undone, revision))).toEqual([["x"], ["x", "y"], ["x2", "y"], ["x2"]]);
  expect([4, 1, 2, 3].map((revision) => digestsAt(second, revision))).toEqual([["x", "y2", "z"], ["x"], ["x", "y"], ["x", "y2"]]);
  expect([1, 4, 2, 3].map((revision) => digestsAt(third, revision))).toEqual([["x"], ["z3"], [], ["z2"]]);
  expect(second.hadWithin(A, "x2", 0, 4)).toBe(false);
  expect(second.hadWithin(A, undefined, 0, 4)).toBe(true);
  expect(third.hadWithin(B, "y", 1, 4)).toBe(false);
  expect(third.removedAt(2)).toBe(A);
  // Two changes were made in the transaction that put it back.
  expect([1, 2, 3, 4, 5].map((revision) => third.has(revision))).toEqual([false, false, true, true, false]);
  expect(third.isInTransaction(2)).toBe(true);
  expect(tree.stretches(positionAt(0, 3), positionAt(2, 4))).toEqual([
    { history: undone, from: 3, to: 4 },
    { history: second, from: 2, to: 4 },
    { history: third, from: 3, to: 4 },
  ]);
});

test("a write that was undone was stored all the same, in the history in which it was made", () => {
  const tree = new HistoryTree();
  tree.branchOff(1, 1);
  addTo(tree, 0, 1, [
    [C, "z"],
    [A, "x"],
    [B, "y"],
  ]);
  addTo(tree, 1, 2, [[A, "w"]]);
  expect(violationOfWritten(tree, writing(BOTH), written(positionAt(0, 3), 2), 1)).toBeUndefined();
  expect(violationOfWritten(tree, writing(BOTH), written(positionAt(1, 1), 2), 1)).toBeUndefined();
  expect(violationOfWritten(tree, writing(BOTH), written(positionAt(1, 2), 2), positionAt(1, 1))).toMatch(/had been seen before it began/);
  expect(violationOfWritten(tree, writing([[A, "w"]]), written(positionAt(0, 3), 1), 1)).toMatch(/not stored by then/);
  expect(violationOfWritten(tree, writing([[A, "w"]]), written(positionAt(1, 2), 1), positionAt(1, 1))).toBeUndefined();
});

test("a history that skips a revision or has a write twice says so", () => {
  const history = historyOf([A, "x"], [A, "x"]);
  history.add({ branch: 0, revision: 4, path: B, digest: "y" });
  expect(history.findings).toEqual([expect.stringMatching(/made twice/), "the database has revision 4 after 2"]);
});

test("what ended in the same microsecond in which another thing began binds it to nothing", () => {
  const floor = new Floor();
  floor.add(20, 7);
  floor.add(10, 3);
  floor.add(30, 5);
  floor.settle();
  expect([10, 11, 20, 21, 31].map((time) => floor.before(time))).toEqual([0, 3, 3, 7, 7]);
});
