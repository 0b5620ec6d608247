import { escapeProse, quoteName } from "../../base/text/escape.ts";
import { grouped } from "../../base/text/words.ts";
import type { TreeProof } from "../projects/tree-follower.ts";
import { cut, fitted } from "./answer-lines.ts";

const SHOWN_PATHS = 3;
/** Names may be long, and an answer reserves little for this line. */
const MAX_TOKENS = 60;
const REASON_CHARACTERS = 120;

/**
 * Returns one short line that says how far an answer is proved: `@r1234 fresh`. Names only files of
 * this answer.
 */
export function freshnessLine(revision: number, proof: TreeProof, paths: readonly string[]): string {
  return fitted(freshness(revision, proof, paths), MAX_TOKENS);
}

function freshness(revision: number, proof: TreeProof, paths: readonly string[]): string {
  const at = `@r${revision}`;
  switch (proof.state) {
    case "fresh":
      return `${at} fresh`;
    case "indexing":
      return `${at} first index runs: ${grouped(proof.done)} of ${grouped(proof.total)} files; the rest is missing here`;
    case "unproved": {
      const among = new Set(paths);
      const behind = proof.behind.filter((path) => among.has(path));
      const names = `${behind.slice(0, SHOWN_PATHS).map(quoteName).join(", ")}${behind.length > SHOWN_PATHS ? ", …" : ""}`;
      if (behind.length > 0) return `${at} ${behind.length} behind: ${names}`;
      return proof.onlyThese ? `${at} fresh` : `${at} not proved: ${cut(escapeProse(proof.reason), REASON_CHARACTERS)}`;
    }
  }
}

/**
 * Returns what a failure says if the index may be incomplete. Returns `undefined` if the index is
 * proved complete.
 */
export function doubtOf(proof: TreeProof): string | undefined {
  if (proof.state === "fresh") return undefined;
  if (proof.state === "unproved") return "the index may be behind the files: ask again with a longer waitMs, such as 5000";
  return `the first index runs: ${grouped(proof.done)} of ${grouped(proof.total)} files; ask again with a longer waitMs, such as 5000`;
}
