import type { CheckCode } from "./finding.ts";

interface RuleText {
  /** A few words. */
  readonly title: string;
  readonly meaning: string;
}

/**
 * What each code means, for formats that describe their rules. `docs/check.md` has more details.
 */
export const RULE_TEXTS: Readonly<Record<CheckCode, RuleText>> = {
  moved: { title: "The file has moved", meaning: "A reference names a file that git renamed, or whose name exactly one other file has." },
  case: {
    title: "Different case",
    meaning: "A reference spells a file in a different case than the file has: some systems find the file, others do not.",
  },
  extension: { title: "Another extension", meaning: "A reference names a file that exists with another extension of the same kind." },
  "did-you-mean": { title: "A misspelled name", meaning: "A reference differs in at most two letters from the name of a file." },
  deleted: { title: "The file was deleted", meaning: "A reference names a file that a commit has removed." },
  "never-existed": { title: "The file never existed", meaning: "A reference names a file that is not in the history of this branch." },
  missing: { title: "The file does not exist", meaning: "A reference names a file that does not exist." },
  outside: { title: "Outside of the project", meaning: "A link leads out of the project." },
  "no-such-section": { title: "No such section", meaning: "A reference names a section that the document does not have." },
  "unused-ignore": { title: "Nothing to ignore", meaning: "A mark or a pattern leaves out nothing." },
  "orphan-documents": { title: "An orphan", meaning: "No way of references from a root reaches a document." },
  "header-incomplete": { title: "An incomplete header", meaning: "A tagged header lacks a section that the project requires." },
  "intent-missing": { title: "No intent", meaning: "A function or class does not say what it is for." },
  "stale-document": { title: "A document that was not updated", meaning: "Code has changed, but a document that refers to it has not." },
  "change-history-order": { title: "History out of order", meaning: "The newest entry of a change history is not the first." },
  "stale-baseline": { title: "No longer needed", meaning: "The baseline has findings that no longer exist." },
  "ignore-without-reason": { title: "No reason", meaning: "A mark does not say why it leaves out a reference." },
};
