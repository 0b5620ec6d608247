import { choicePattern, isText, type KindData, type ObjectData } from "../kinds.ts";
import { pathProblem } from "../project-path.ts";

/**
 * Returns the part of a value that a record keeps, deeply frozen. This is the value itself if
 * nothing about it must change. Returns `undefined` if the value is not of the kind. `parent` is
 * the object that has the value as a field. When the taker runs, only the earlier fields of
 * `parent` have been taken.
 */
export type Taker = (value: unknown, parent: Fields) => unknown;

type Fields = Record<string, unknown>;

export interface TakingWay {
  /**
   * If true, objects and lists are copied. If false, they are frozen where they are, and nobody
   * else may hold them.
   */
  readonly copies: boolean;
  /**
   * Which strings are known to be well-formed and without NUL: with `"nested"`, those inside the
   * objects and lists that are fields of the record; with `"none"`, no strings.
   */
  readonly trusts: "nested" | "none";
}

/** Makes the taker for a kind, once, so that nothing reads the table while records are taken. */
export function takerOf(kind: KindData, way: TakingWay, depth = 0): Taker {
  const trustsText = way.trusts === "nested" && depth > 1;
  switch (kind.is) {
    case "text":
      return trustsText ? (value) => (typeof value === "string" ? value : undefined) : (value) => (isPlain(value) ? value : undefined);
    case "name":
      return trustsText
        ? (value) => (typeof value === "string" && value !== "" ? value : undefined)
        : (value) => (isPlain(value) && value !== "" ? value : undefined);
    case "path":
      return (value) => (pathProblem(value) === undefined ? value : undefined);
    case "integer":
      return integerTaker(kind.least);
    case "time":
      // Adding 0 turns -0 into 0. A database does not keep -0.
      return (value) => (typeof value === "number" && Number.isFinite(value) ? value + 0 : undefined);
    case "choice":
      return choiceTaker(kind.choices, kind.withLine);
    case "list":
      return way.copies || !isText(kind.of)
        ? listTaker(takerOf(kind.of, way, depth + 1), way.copies)
        : stringsTaker(takerOf(kind.of, way, depth + 1));
    default:
      return objectTaker(kind, way, depth);
  }
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" && value.isWellFormed() && !value.includes("\0");
}

function integerTaker(least: number | string): Taker {
  if (typeof least === "number") return (value) => (isCount(value, least) ? value + 0 : undefined);
  return (value, parent) => (isCount(value, parent[least] as number) ? value + 0 : undefined);
}

function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function choiceTaker(choices: readonly string[], withLine: boolean): Taker {
  if (!withLine) return (value) => ((choices as readonly unknown[]).includes(value) ? value : undefined);
  const pattern = choicePattern(choices);
  return (value) => (typeof value === "string" && pattern.test(value) ? value : undefined);
}

/** All records share one empty list, because most lists of most records are empty. */
export const NO_ITEMS: readonly never[] = Object.freeze([]);

function listTaker(take: Taker, copies: boolean): Taker {
  return (value, parent) => {
    if (!Array.isArray(value)) return undefined;
    const given = value as unknown[];
    if (given.length === 0) return NO_ITEMS;
    const items: unknown[] = copies ? [] : given;
    for (let index = 0; index < given.length; index++) {
      const item = given[index];
      const kept = take(item, parent);
      if (kept === undefined) return undefined;
      if (copies) items.push(kept);
      else if (kept !== item) items[index] = kept;
    }
    return Object.freeze(items);
  };
}

/** Makes a taker for a list of strings that stays where it is. */
function stringsTaker(take: Taker): Taker {
  return (value, parent) => {
    if (!Array.isArray(value)) return undefined;
    const given = value as unknown[];
    if (given.length === 0) return NO_ITEMS;
    for (let index = 0; index < given.length; index++) if (take(given[index], parent) === undefined) return undefined;
    return Object.freeze(given);
  };
}

function objectTaker({ copy, fields }: ObjectData, way: TakingWay, depth: number): Taker {
  const parts = fields.map(({ key, kind, isOptional, isEmptyIfMissing }): Part => ({
    key,
    isOptional,
    isEmptyIfMissing,
    isKeptAsIs: isText(kind),
    take: takerOf(kind, way, depth + 1),
  }));
  const known = new Set(fields.map(({ key }) => key));
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    let own = (way.copies ? copy(value) : value) as Fields | undefined;
    const outcome = takeFields(own as Fields, parts);
    if (outcome === "disordered") own = takenByName(value as Fields, parts, known);
    else if (outcome === "refused") return undefined;
    return own === undefined ? undefined : Object.freeze(own);
  };
}

interface Part {
  readonly key: string;
  readonly isOptional: boolean;
  readonly isEmptyIfMissing: boolean;
  /** True if the part's taker returns the value itself. The result then needs no comparison. */
  readonly isKeptAsIs: boolean;
  readonly take: Taker;
}

/**
 * Walks through the object's own fields and the table side by side. V8 finds fields faster in their
 * order than by their names.
 */
function takeFields(own: Fields, parts: readonly Part[]): "taken" | "refused" | "disordered" {
  let at = 0;
  for (const key in own) {
    let part = parts[at++];
    while (part !== undefined && part.key !== key) {
      if (!part.isOptional) return "disordered";
      part = parts[at++];
    }
    if (part === undefined) return "disordered";
    const value = own[key];
    const kept = part.take(value, own);
    if (kept === undefined) return value === undefined ? "disordered" : "refused";
    if (!part.isKeptAsIs && !Object.is(kept, value)) own[key] = kept;
  }
  for (; at < parts.length; at++) if (parts[at]?.isOptional !== true) return "disordered";
  return "taken";
}

/**
 * Returns a copy with the fields in the order of the table. A field that is `undefined` is left
 * out, or becomes an empty list. Inherited fields count. Returns `undefined` if a field is not of
 * its kind, or if an own field is not `known`.
 */
function takenByName(value: Fields, parts: readonly Part[], known: ReadonlySet<string>): Fields | undefined {
  for (const key of Object.keys(value)) if (!known.has(key)) return undefined;
  const own: Fields = {};
  for (const { key, isOptional, isEmptyIfMissing, take } of parts) {
    const given = isEmptyIfMissing && value[key] === undefined ? NO_ITEMS : value[key];
    if (given === undefined && isOptional) continue;
    const kept = take(given, own);
    if (kept === undefined) return undefined;
    own[key] = kept;
  }
  return own;
}
