import { type Candidate, CANDIDATE_ROLES, type CandidateRole, candidatesOf } from "./candidates.ts";
import { CITING_FORMS, type CitingForm } from "./normal-target.ts";

/** A candidate as an index has it: what it is to its reference, and which form that has. */
export interface ReferenceTerm extends Candidate {
  readonly form: CitingForm;
}

/**
 * The terms under which a reference is indexed: one for each candidate, so that whoever cites a
 * path is found by the path, whatever exists. After the path stand a NUL, which no path has, a
 * letter for the role and one for the form. The second choice of a comment or a header has none: it
 * would be another text for each folder, and is found from the first one (`besideTerms`).
 */
export function referenceTermsOf(form: CitingForm, target: string, citingPath: string): string[] {
  const candidates = candidatesOf(form, target, citingPath).filter(({ role }) => role !== "second" || form === "link");
  return candidates.map(({ role, path }) => `${path}${endingOf(role, form)}`);
}

/** A folder, and the path that a comment in it may cite a file below the folder by. */
export interface BesideTerm {
  readonly folder: string;
  readonly path: string;
}

/**
 * How a file can be meant as the second choice of comments and headers: from each folder that it is
 * below, but for the last.
 */
export function besideTerms(path: string): BesideTerm[] {
  const found: BesideTerm[] = [];
  const last = path.lastIndexOf("/");
  for (let end = path.indexOf("/"); end >= 0 && end < last; end = path.indexOf("/", end + 1)) {
    found.push({ folder: path.slice(0, end), path: path.slice(end + 1) });
  }
  return found;
}

export function parseReferenceTerm(term: string): ReferenceTerm {
  const end = term.length - ENDING_LENGTH;
  const role = ROLE_OF.get(term.charAt(end + 1)) ?? "written";
  const form = FORM_OF.get(term.charAt(end + 2)) ?? "header";
  return { role, form, path: term.slice(0, end) };
}

/** Whether the term is that of a reference's first candidate: each reference has one. */
export function isFirstRole(role: CandidateRole): boolean {
  return role !== "second" && role !== "top" && role !== "named";
}

const ENDING_LENGTH = 3;

/** In the order in which terms of one path stand in an index. */
const ROLE_LETTERS: Readonly<Record<CandidateRole, string>> = {
  named: "*",
  only: "1",
  beside: "b",
  first: "f",
  outside: "o",
  second: "s",
  top: "t",
  written: "w",
};
const FORM_LETTERS: Readonly<Record<CitingForm, string>> = { comment: "c", header: "h", link: "l" };
const ROLE_OF = new Map(CANDIDATE_ROLES.map((role) => [ROLE_LETTERS[role], role]));
const FORM_OF = new Map(CITING_FORMS.map((form) => [FORM_LETTERS[form], form]));

function endingOf(role: CandidateRole, form: CitingForm): string {
  return `\0${ROLE_LETTERS[role]}${FORM_LETTERS[form]}`;
}

/** What may stand after a path in a term, in their order. */
export const REFERENCE_ENDINGS: readonly string[] = CANDIDATE_ROLES.flatMap((role) =>
  CITING_FORMS.map((form) => endingOf(role, form)),
).sort();
