import type { Random } from "../../testing/random.ts";
import type { MetadataField } from "../../src/record/file-metadata.ts";
import { ORDER_FIELDS, type OrderBy, type TermCriterion } from "../../src/query/metadata-query.ts";
import { CLASSES, DOCUMENTS, FUNCTIONS, LANGUAGES } from "./contended-records.ts";
import type { Question } from "./operation.ts";

const ORDERS: readonly OrderBy[] = ORDER_FIELDS.flatMap((field): OrderBy[] => [field, `-${field}`]);
const PREFIXES = ["lib/", "src/1", "test/25", "s", "nowhere/"];
const PATTERNS = ["^lib/", "7\\.ts$", "(1|2)+0", "/1[0-9]\\."];
/** Some of these fields are in the index, others need the record. */
const SELECTIONS: readonly (readonly MetadataField[])[] = [
  ["path"],
  ["path", "language", "size", "modifiedAt"],
  ["digest", "functions"],
  ["path", "classes", "headerSections"],
];

/** Any question that a cache can be asked, with criteria of every kind and in every form. */
export function randomQuestion(random: Random): Question {
  const isOneOf = (count: number): boolean => random.integer(count) === 0;
  return {
    ...(isOneOf(3) && { language: criterion(random, LANGUAGES) }),
    ...(isOneOf(3) && { functionName: criterion(random, FUNCTIONS) }),
    ...(isOneOf(8) && { className: criterion(random, CLASSES) }),
    ...(isOneOf(8) && { referenceDoc: criterion(random, DOCUMENTS) }),
    ...(isOneOf(8) && { pathPrefix: random.pick(PREFIXES) }),
    ...(isOneOf(8) && { pathPattern: random.pick(PATTERNS) }),
    ...(isOneOf(3) && { orderBy: random.pick(ORDERS) }),
    ...(isOneOf(6) && { select: random.pick(SELECTIONS) }),
    // Seldom asks for all of them, because this makes long lines in the log.
    ...(!isOneOf(40) && { limit: 1 + random.integer(12) }),
  };
}

/** One term, a prefix, or a list that mixes both and may name the same thing twice. */
function criterion(random: Random, terms: readonly string[]): TermCriterion {
  const alternative = (): string | { readonly prefix: string } => {
    const term = random.integer(20) === 0 ? "unknown" : random.pick(terms);
    return random.integer(5) === 0 ? { prefix: term.slice(0, 2) } : term;
  };
  return random.integer(3) === 0 ? Array.from({ length: 1 + random.integer(4) }, alternative) : alternative();
}
