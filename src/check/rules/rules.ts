import type { RuleCode } from "../finding.ts";
import { changeHistoryOrder, headerIncomplete } from "./header-rules.ts";
import { intentMissing } from "./intent-missing.ts";
import { orphanDocuments } from "./orphan-documents.ts";
import type { Rule } from "./rule.ts";
import { staleDocument } from "./stale-document.ts";

export const RULES: Readonly<Record<RuleCode, Rule>> = {
  "orphan-documents": orphanDocuments,
  "header-incomplete": headerIncomplete,
  "intent-missing": intentMissing,
  "stale-document": staleDocument,
  "change-history-order": changeHistoryOrder,
};
