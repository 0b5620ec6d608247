import { unreachable } from "../../base/assert.ts";
import { describe, Problems } from "../../base/validation.ts";
import { choicePattern, type KindData, type ListData, type ObjectData } from "../kinds.ts";
import { pathProblem } from "../project-path.ts";
import { RECORD } from "../shape.ts";

/**
 * Finds every problem of a value that is not a record, each with its path. This is slow: call it
 * only for values that were refused.
 */
export function explainRecord(value: unknown): Problems {
  const problems = new Problems();
  explainFields(problems, value, RECORD);
  return problems;
}

/**
 * Adds the problems of one value. Returns an integer, because a later field may be compared with
 * it.
 */
function explain(problems: Problems, at: string, value: unknown, kind: KindData, before: ReadonlyMap<string, unknown>): unknown {
  switch (kind.is) {
    case "text":
      return problems.text(at, value);
    case "name":
      problems.text(at, value);
      return value === "" && problems.add(at, "must not be empty");
    case "path": {
      const problem = pathProblem(value);
      return problem !== undefined && problems.add(at, problem);
    }
    case "integer":
      return problems.integer(at, value, typeof kind.least === "number" ? kind.least : (before.get(kind.least) as number));
    case "time":
      if (typeof value === "number" && Number.isFinite(value)) return value;
      return problems.add(at, `must be a finite number of milliseconds, not ${describe(value)}`);
    case "choice":
      if (kind.withLine && typeof value === "string" && choicePattern(kind.choices).test(value)) return value;
      return problems.oneOf(at, value, kind.choices);
    case "list":
      return explainItems(problems, at, value, kind);
    case "object":
      if (at !== "") problems.enter(at);
      explainFields(problems, value, kind);
      if (at !== "") problems.leave();
      return undefined;
    default:
      return unreachable(kind);
  }
}

function explainItems(problems: Problems, at: string, value: unknown, { of }: ListData): void {
  const items = problems.list(at, value);
  problems.enter(at);
  let index = 0;
  for (const item of problems.items(items)) {
    problems.enter(index++);
    explain(problems, "", item, of, NOTHING);
    problems.leave();
  }
  problems.leave();
}

const NOTHING: ReadonlyMap<string, unknown> = new Map();

function explainFields(problems: Problems, value: unknown, { fields }: ObjectData): void {
  const keys = fields.map(({ key }) => key);
  const given = problems.object("", value, keys);
  const read = new Map<string, unknown>();
  for (const { key, kind, isOptional, isEmptyIfMissing } of fields) {
    const field = given[key];
    if (field === undefined && (isOptional || isEmptyIfMissing)) continue;
    read.set(key, explain(problems, key, field, kind, read));
  }
}
