import { type Candidate, CANDIDATE_ROLES, type CandidateRole, candidatesOf } from "./candidates.ts";
import { CITING_FORMS, type CitingForm } from "./normal-target.ts";

/** A candidate in an index: its role, its path, and the form of its reference. */
export interface ReferenceTerm extends Candidate {
  readonly form: CitingForm;
}

/**
 * Returns the terms under which a reference is indexed: one for each candidate. So a path leads to
 * the references that may mean it, no matter which files exist. After the path come a NUL, which no
 * path contains, a letter for the role, and a letter for the form. The second candidate of a
 * comment or a header gets no term, because its text would differ for each folder. The first
 * candidate leads to it (`besideTerms`).
 */
export function referenceTermsOf(form: CitingForm, target: string, citingPath: string): string[] {
  const terms: string[] = [];
  for (const { role, path } of candidatesOf(form, target, citingPath)) {
    if (role !== "second" || form === "link") terms.push(`${path}${endingOf(role, form)}`);
  }
  return terms;
}

/** A folder, and the path by which a comment in it may cite a file below the folder. */
export interface BesideTerm {
  readonly folder: string;
  readonly path: string;
}

/**
 * Returns how comments and headers can mean a file as their second candidate: from each folder that
 * contains the file, except the innermost.
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

/**
 * True if the term belongs to the first candidate of a reference. Each reference has exactly one
 * such term.
 */
export function isFirstRole(role: CandidateRole): boolean {
  return role !== "second" && role !== "top" && role !== "named";
}

const ENDING_LENGTH = 3;

/** In the order of the terms of one path in an index. */
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

/** The endings that may follow a path in a term, in order. */
export const REFERENCE_ENDINGS: readonly string[] = CANDIDATE_ROLES.flatMap((role) =>
  CITING_FORMS.map((form) => endingOf(role, form)),
).sort();
