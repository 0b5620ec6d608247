import { MetacacheError } from "../../base/errors.ts";
import { describe, Problems, readInput } from "../../base/validation.ts";
import { ANY_SYMBOL_KINDS, type AnySymbolKind, codeOfKind } from "../../record/symbols.ts";
import { hashOfQuery, isCursor } from "../cursor.ts";
import type { PathPattern } from "../pattern/path-pattern.ts";
import { MAX_LIMIT, readCriterion, readPattern, readPrefix, type TermAlternatives } from "../prepared-query.ts";
import { EXACT, MAX_LIKE, NO_MATCH } from "./like-pattern.ts";
import { NameCriterion } from "./name-criterion.ts";
import { decodeSymbolCursor, type SymbolKey } from "./symbol-cursor.ts";
import { type NamePrefix, SYMBOL_ORDERS, type SymbolName, type SymbolOrder } from "./symbol-query.ts";

/** A checked query for symbols. */
export interface PreparedSymbolQuery {
  readonly name: NameCriterion | undefined;
  /** By the unit that encodes a kind in a term; `undefined` for any kind. */
  readonly kinds: ReadonlySet<number> | undefined;
  readonly className: TermAlternatives | undefined;
  readonly language: TermAlternatives | undefined;
  readonly prefix: string;
  readonly pattern: PathPattern | undefined;
  readonly order: SymbolOrder;
  readonly limit: number | undefined;
  readonly after: SymbolKey | undefined;
  /** Tells the cursors of this query from those of others. */
  readonly queryHash: string;
}

const KEYS = ["name", "kind", "className", "language", "pathPrefix", "pathPattern", "orderBy", "limit", "cursor"];

/** Checks a whole query. Throws one `E_QUERY` that names every problem. */
export function prepareSymbolQuery(query: unknown): PreparedSymbolQuery {
  return readInput("E_QUERY", "the query", () => readQuery(query));
}

/**
 * How well a symbol fits the names of the query. Also returns `NO_MATCH` if the symbol does not
 * meet another criterion.
 */
export function scoreOf({ name, kinds, className }: PreparedSymbolQuery, symbol: SymbolLike): number {
  if (kinds !== undefined && !kinds.has(codeOfKind(symbol.kind))) return NO_MATCH;
  if (className !== undefined && !ownerFits(className, symbol.owner)) return NO_MATCH;
  return name === undefined ? EXACT : name.score(symbol.name, symbol.owner);
}

interface SymbolLike {
  readonly name: string;
  readonly kind: AnySymbolKind;
  readonly owner: string;
}

function ownerFits({ terms, prefixes }: TermAlternatives, owner: string): boolean {
  return (terms as readonly string[]).includes(owner) || prefixes.some((prefix) => owner.startsWith(prefix));
}

function readQuery(query: unknown): PreparedSymbolQuery {
  const problems = new Problems();
  const given = problems.object("", query, KEYS);
  const names = given["name"] === undefined ? undefined : readNames(problems, given["name"]);
  const kinds = given["kind"] === undefined ? undefined : readKinds(problems, given["kind"]);
  const className = given["className"] === undefined ? undefined : readCriterion(problems, "className", given["className"]);
  const language = given["language"] === undefined ? undefined : readCriterion(problems, "language", given["language"]);
  const prefix = given["pathPrefix"] === undefined ? "" : readPrefix(problems, given["pathPrefix"]);
  const pattern = readPattern(problems, given["pathPattern"]);
  const hasLike = names?.some((name) => typeof name !== "string" && "like" in name) === true;
  const usual = hasLike ? "rank" : "path";
  const order = given["orderBy"] === undefined ? usual : problems.oneOf("orderBy", given["orderBy"], SYMBOL_ORDERS);
  if (order === "rank" && !hasLike) problems.add("orderBy", '"rank" needs a name with "like": order by "path" or "name"');
  const limit = given["limit"] === undefined ? undefined : problems.integer("limit", given["limit"], 1, MAX_LIMIT);
  const { cursor } = given;
  if (cursor !== undefined && !isCursor(cursor))
    problems.add("cursor", `${describe(cursor)} is not a cursor: pass the nextCursor of an answer, unchanged`);
  if (problems.found.length > 0) throw new MetacacheError("E_QUERY", `query: ${problems.summary}`);

  const queryHash = hashOfQuery(["symbols", names, kinds, className, language, prefix, pattern?.source, order]);
  const prepared: PreparedSymbolQuery = {
    name: names === undefined ? undefined : new NameCriterion(names),
    kinds: kinds === undefined ? undefined : new Set(kinds.map(codeOfKind)),
    className,
    language,
    prefix,
    pattern,
    order,
    limit,
    after: undefined,
    queryHash,
  };
  if (cursor === undefined) return prepared;
  return { ...prepared, after: decodeSymbolCursor(cursor, queryHash, (key) => scoreOf(prepared, key.symbol) !== NO_MATCH) };
}

/** Sorted, each kind once. */
function readKinds(problems: Problems, value: unknown): readonly AnySymbolKind[] {
  if (!Array.isArray(value)) return [problems.oneOf("kind", value, ANY_SYMBOL_KINDS)];
  if (value.length === 0) problems.add("kind", "is an empty list: leave it out to accept any");
  const kinds = new Set<AnySymbolKind>();
  let number = 0;
  for (const kind of problems.items(value)) kinds.add(problems.oneOf(`kind[${number++}]`, kind, ANY_SYMBOL_KINDS));
  return [...kinds].sort();
}

function readNames(problems: Problems, value: unknown): readonly SymbolName[] {
  if (!Array.isArray(value)) return [readName(problems, "name", value)];
  if (value.length === 0) problems.add("name", "is an empty list: leave it out to accept any");
  const names: SymbolName[] = [];
  let number = 0;
  for (const name of problems.items(value)) names.push(readName(problems, `name[${number++}]`, name));
  return names;
}

function readName(problems: Problems, at: string, value: unknown): SymbolName {
  if (typeof value === "string") return readText(problems, at, value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.add(at, `must be a string, { prefix } or { like }, not ${describe(value)}`);
    return "";
  }
  const given = problems.object(at, value, ["prefix", "ignoreCase", "like"]);
  if (given["like"] === undefined) return readNamePrefix(problems, at, given);
  if (given["prefix"] !== undefined) problems.add(at, 'has both "prefix" and "like": give two alternatives in a list');
  if (given["ignoreCase"] !== undefined) problems.add(`${at}.ignoreCase`, 'is only for "prefix", because "like" always ignores case');
  return { like: readGuess(problems, `${at}.like`, given["like"]) };
}

function readNamePrefix(problems: Problems, at: string, given: Readonly<Record<string, unknown>>): NamePrefix {
  const { ignoreCase = false } = given;
  if (typeof ignoreCase !== "boolean") problems.add(`${at}.ignoreCase`, `must be true or false, not ${describe(ignoreCase)}`);
  if (ignoreCase !== true) return { prefix: readText(problems, `${at}.prefix`, given["prefix"]) };
  return { prefix: readGuess(problems, `${at}.prefix`, given["prefix"]), ignoreCase };
}

/** Reads a text that is compared with every name. The length is limited as names are. */
function readGuess(problems: Problems, at: string, value: unknown): string {
  const text = readText(problems, at, value);
  if (text.length <= MAX_LIKE) return text;
  problems.add(at, `is ${text.length} characters long: give at most ${MAX_LIKE}, or ask for the exact name`);
  return "";
}

function readText(problems: Problems, at: string, value: unknown): string {
  if (value === "") problems.add(at, "is empty: leave it out to accept any");
  return problems.text(at, value);
}
