import { MetacacheError } from "../../base/errors.ts";
import { describe, Problems, readInput } from "../../base/validation.ts";
import { pathProblem } from "../../record/project-path.ts";
import { CITING_FORMS, normalTarget, sectionOf } from "../../references/normal-target.ts";
import { type CursorKey, decodeCursor, hashOfQuery, isCursor } from "../cursor.ts";
import { REFERENCE_DIRECTIONS, type ReferenceDirection } from "./references-query.ts";
import { ALL_FORMS, formBits } from "./related-files.ts";

/** A checked question about references. */
export interface PreparedReferences {
  /** The text that was typed, or an exact path if `isPath` is true. */
  readonly target: string;
  readonly isPath: boolean;
  readonly section: string | undefined;
  readonly direction: ReferenceDirection;
  readonly depth: number;
  /** Bits: see `formBits`. */
  readonly forms: number;
  readonly places: boolean;
  readonly limit: number | undefined;
  readonly after: CursorKey | undefined;
  /** Tells the cursors of this question from those of others. */
  readonly queryHash: string;
}

const KEYS = ["target", "path", "direction", "depth", "forms", "places", "limit", "cursor"];
const MAX_DEPTH = 1_000;
const MAX_LIMIT = 1_000_000;

/** Throws one `E_QUERY` that names every problem. */
export function prepareReferences(query: unknown): PreparedReferences {
  return readInput("E_QUERY", "the query", () => readReferences(query));
}

function readReferences(query: unknown): PreparedReferences {
  const problems = new Problems();
  const given = problems.object("", query, KEYS);
  const isPath = given["path"] !== undefined;
  const target = readTarget(problems, given);
  const direction = given["direction"] === undefined ? "in" : problems.oneOf("direction", given["direction"], REFERENCE_DIRECTIONS);
  const depth = given["depth"] === undefined ? 1 : problems.integer("depth", given["depth"], 1, MAX_DEPTH);
  const forms = given["forms"] === undefined ? ALL_FORMS : readForms(problems, given["forms"]);
  const places = given["places"] === undefined ? false : problems.truth("places", given["places"]);
  const limit = given["limit"] === undefined ? undefined : problems.integer("limit", given["limit"], 1, MAX_LIMIT);
  const { cursor } = given;
  if (cursor !== undefined && !isCursor(cursor))
    problems.add("cursor", `${describe(cursor)} is not a cursor: pass the nextCursor of an answer, unchanged`);
  if (problems.found.length > 0) throw new MetacacheError("E_QUERY", `references: ${problems.summary}`);
  const section = isPath || normalTarget(target) === undefined ? undefined : sectionOf(target);
  const queryHash = hashOfQuery(["references", isPath, target, direction, depth, forms]);
  const after = cursor === undefined ? undefined : decodeCursor(cursor, queryHash, "size");
  return { target, isPath, section, direction, depth, forms, places, limit, after, queryHash };
}

function readTarget(problems: Problems, { target, path }: Readonly<Record<string, unknown>>): string {
  if ((target === undefined) === (path === undefined)) {
    problems.add("", "needs either a target or a path, not both");
    return "";
  }
  if (path !== undefined) {
    const problem = pathProblem(path);
    if (problem !== undefined) problems.add("path", problem);
    return problem === undefined ? (path as string) : "";
  }
  const text = problems.text("target", target);
  if (text.trim() === "" && typeof target === "string") problems.add("target", "is empty: give a document's path");
  return text;
}

function readForms(problems: Problems, value: unknown): number {
  const forms = Array.from(problems.items(problems.list("forms", value)), (form, place) =>
    problems.oneOf(`forms[${place}]`, form, CITING_FORMS),
  );
  if (Array.isArray(value) && value.length === 0) problems.add("forms", "is an empty list: leave it out to accept any");
  return formBits(forms);
}
