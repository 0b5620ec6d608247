import { type CitedPlace, citedPlacesOf } from "../../../record/cited-places.ts";
import type { FileMetadata } from "../../../record/file-metadata.ts";
import { type Candidate, candidatesOf, nameOf } from "../../../references/candidates.ts";
import { normalTarget } from "../../../references/normal-target.ts";
import type { TermCriterion } from "../../../query/metadata-query.ts";
import { byLine } from "../../answers/shown-places.ts";

/** Returns the places of a file whose references may mean one of the requested documents. */
export function citingPlaces(
  record: Pick<FileMetadata, "headerSections" | "path" | "references">,
  criterion: TermCriterion,
): readonly CitedPlace[] {
  const wanted = [criterion].flat().map((each) => (typeof each === "string" ? wantedPath(each) : wantedPrefix(each.prefix)));
  const mayMean = ({ form, target }: CitedPlace): boolean =>
    candidatesOf(form, target, record.path).some((candidate) => wanted.some((isWanted) => isWanted(candidate)));
  return byLine(citedPlacesOf(record as FileMetadata)).filter(mayMean);
}

function wantedPath(text: string): (candidate: Candidate) => boolean {
  const path = normalTarget(text)?.path ?? text;
  const isName = !path.includes("/");
  return ({ role, path: candidate }) =>
    candidate === path || (role === "named" && candidate === nameOf(path)) || (isName && nameOf(candidate) === path);
}

function wantedPrefix(prefix: string): (candidate: Candidate) => boolean {
  const begins = prefix.replace(/^(?:\.?\/)+/, "");
  return ({ path }) => path.startsWith(begins);
}
