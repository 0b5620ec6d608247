import type { CheckCode } from "./finding.ts";

interface RuleText {
  /** A few words. */
  readonly title: string;
  readonly meaning: string;
}

/** What each code means, for formats that describe their rules. `docs/check.md` says more. */
export const RULE_TEXTS: Readonly<Record<CheckCode, RuleText>> = {
  moved: { title: "The file has moved", meaning: "A reference names a file that git renamed, or whose name one other file alone has." },
  case: {
    title: "Other capitals",
    meaning: "A reference spells a file with other capitals than the file has: some systems find it, others do not.",
  },
  extension: { title: "Another ending", meaning: "A reference names a file that exists with another ending of the same kind." },
  "did-you-mean": { title: "A slip of the pen", meaning: "A reference differs in at most two letters from the name of a file." },
  deleted: { title: "The file was deleted", meaning: "A reference names a file that a commit has removed." },
  "never-existed": { title: "The file never existed", meaning: "A reference names a file that the history of this branch does not know." },
  missing: { title: "The file does not exist", meaning: "A reference names a file that does not exist." },
  outside: { title: "Outside of the project", meaning: "A link leads out of the project." },
  "no-such-section": { title: "No such section", meaning: "A reference names a section that the document does not have." },
  "unused-ignore": { title: "Nothing to ignore", meaning: "A mark or a pattern leaves out nothing." },
  "orphan-documents": { title: "An orphan", meaning: "No way of references leads from a root to a document." },
  "header-incomplete": { title: "An incomplete header", meaning: "A tagged header lacks a section that the project asks for." },
  "intent-missing": { title: "No intent", meaning: "A function or class does not say what it is for." },
  "stale-document": { title: "A document left behind", meaning: "Code has changed, and a document that refers to it has not." },
  "change-history-order": { title: "History out of order", meaning: "The newest entry of a change history does not come first." },
  "stale-baseline": { title: "No longer needed", meaning: "The baseline has findings that are no longer there." },
  "ignore-without-reason": { title: "No reason", meaning: "A mark does not say why it leaves out a reference." },
};
