import fc from "fast-check";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { parseFileMetadata } from "../../src/record/parsing/parse-file-metadata.ts";
import type { FoundSymbol, SymbolName, SymbolQuery } from "../../src/query/symbols/symbol-query.ts";
import type { TermCriterion } from "../../src/query/metadata-query.ts";
import { recordOf, smallPath } from "./small-records.ts";

/**
 * So few names, owners and lines that overloads, namesakes in several files and several symbols on
 * a line are common.
 */
const NAMES = [
  "parse",
  "parseFile",
  "parseFileMetadata",
  "Parser",
  "parse_file",
  "PARSE_MAX",
  "XMLParser",
  "get",
  "#get",
  "a.b",
  "Cache",
  "__proto__",
  "é",
  "Éclair",
];
const OWNERS = ["Cache", "A.Cache", "constructor", "Ångström"];
const KINDS = ["function", "method", "getter", "class", "enum", "type", "constant", "macro", "test"] as const;

const docSections = { intent: "Why.", designPrinciples: [], implementationDetails: [], designDecisions: [] };
const lineRange = fc
  .record({ start: fc.integer({ min: 1, max: 4 }), length: fc.nat(2) })
  .map(({ start, length }) => ({ start, end: start + length }));
const owner = fc.option(fc.constantFrom(...OWNERS), { nil: undefined, freq: 2 });
const optional = <T>(kinds: readonly T[]): fc.Arbitrary<T | undefined> => fc.option(fc.constantFrom(...kinds), { nil: undefined });

/** A record that has many symbols of few names. */
export const symbolRecord: fc.Arbitrary<FileMetadata> = fc
  .record({
    path: smallPath,
    language: fc.constantFrom("typescript", "python", "c"),
    functions: fc.array(
      fc.record({
        name: fc.constantFrom(...NAMES),
        kind: optional(["function", "method", "getter"] as const),
        className: owner,
        parameters: fc.constantFrom([], ["a: string", "b"]),
        returnType: optional(["int"]),
        lineRange,
        docSections: fc.constant(docSections),
      }),
      { maxLength: 6 },
    ),
    classes: fc.array(
      fc.record({
        name: fc.constantFrom(...NAMES),
        kind: optional(["class", "enum", "type"] as const),
        className: owner,
        lineRange,
        docSections: fc.constant(docSections),
      }),
      { maxLength: 3 },
    ),
    symbols: fc.array(
      fc.record({
        name: fc.constantFrom(...NAMES),
        kind: fc.constantFrom("constant", "macro", "type", "test"),
        className: owner,
        signature: optional(["x = 1"]),
        lineRange,
        intent: fc.constantFrom("", "What."),
      }),
      { maxLength: 4 },
    ),
  })
  .map(({ path, language, ...lists }) => parseFileMetadata({ ...recordOf({ path, language }), ...lists }));

const symbolName: fc.Arbitrary<SymbolName> = fc.oneof(
  fc.constantFrom(...NAMES, "unknown", "Cache.get", "Cache::parse", "A.Cache#parse", "Cache.#get"),
  fc.constantFrom("p", "parse", "Cache.", "Cache.p", "XML", "zz").map((prefix) => ({ prefix })),
  fc.constantFrom("p", "PAR", "cache.", "CACHE.P", "xml", "#G", "É", "éc", "zz").map((prefix) => ({ prefix, ignoreCase: true })),
  fc.constantFrom("pFM", "parFil", "parse", "PARSE_FILE", "par", "e", "_", "é", "cache.pf", "max", "xp", "zz").map((like) => ({ like })),
);
const ownerTerm = fc.oneof(
  fc.constantFrom(...OWNERS),
  fc.constantFrom("C", "A").map((prefix) => ({ prefix })),
);

/** Any valid query over these names but for its cursor. */
export const symbolQuery: fc.Arbitrary<SymbolQuery> = fc
  .record(
    {
      name: fc.oneof(symbolName, fc.array(symbolName, { minLength: 1, maxLength: 3 })),
      kind: fc.oneof(fc.constantFrom(...KINDS), fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 4 })),
      className: fc.oneof(ownerTerm, fc.array(ownerTerm, { minLength: 1, maxLength: 2 })),
      language: fc.constantFrom<TermCriterion>("typescript", "c", { prefix: "p" }, ["c", "python"]),
      pathPrefix: fc.constantFrom("lib/", "s", ""),
      pathPattern: fc.constantFrom("a", "^lib/", "\\.ts$"),
      orderBy: fc.constantFrom("path" as const, "name" as const, "rank" as const),
      limit: fc.integer({ min: 1, max: 5 }),
    },
    { requiredKeys: [] },
  )
  .map((query) => (query.orderBy === "rank" && !likesOf(query) ? { ...query, orderBy: "name" as const } : query));

function likesOf({ name }: SymbolQuery): boolean {
  return listOf(name).some((each) => typeof each === "object" && "like" in each);
}

/** The oracle: what a plain scan over all records answers, whole and in order. */
export function naiveSymbols(records: Iterable<FileMetadata>, query: SymbolQuery): FoundSymbol[] {
  const order = query.orderBy ?? (likesOf(query) ? "rank" : "path");
  const found: { item: FoundSymbol; score: number; place: number }[] = [];
  for (const record of records) {
    if (query.language !== undefined && !meets(query.language, record.language)) continue;
    if (query.pathPrefix !== undefined && !record.path.startsWith(query.pathPrefix)) continue;
    if (query.pathPattern !== undefined && !new RegExp(query.pathPattern).test(record.path)) continue;
    for (const item of itemsOf(record)) {
      if (query.kind !== undefined && !listOf(query.kind).includes(item.kind)) continue;
      if (query.className !== undefined && (item.className === undefined || !meets(query.className, item.className))) continue;
      const scores =
        query.name === undefined
          ? [1]
          : listOf(query.name)
              .map((name) => scoreOf(name, item))
              .filter((score) => score > 0);
      if (scores.length > 0) found.push({ item, score: Math.min(...scores), place: found.length });
    }
  }
  const keyOf = ({ item, score, place }: (typeof found)[number]): (string | number)[] => [
    ...(order === "rank" ? [score, item.name.length] : []),
    ...(order === "path" ? [] : [item.name]),
    item.path,
    item.line,
    item.name,
    // The same name on one line: in an order of the answer's own, which the comparison of answers
    // leaves open.
    place,
  ];
  return found.sort((a, b) => compare(keyOf(a), keyOf(b))).map(({ item }) => item);
}

function compare(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  const place = one.findIndex((value, at) => value !== other[at]);
  return place < 0 ? 0 : (one[place] as string) < (other[place] as string) ? -1 : 1;
}

/** Namesakes that stand on one line of one file may come in any order. */
export function withoutOrderOfNamesakes(items: readonly FoundSymbol[]): string[] {
  const texts: string[] = [];
  for (let at = 0; at < items.length;) {
    const { path, line, name } = items[at] as FoundSymbol;
    const same: FoundSymbol[] = [];
    for (let item = items[at]; item?.path === path && item.line === line && item.name === name; item = items[++at]) same.push(item);
    texts.push(...same.map((item) => JSON.stringify(item)).sort());
  }
  return texts;
}

function itemsOf(record: FileMetadata): FoundSymbol[] {
  const { path, language } = record;
  const common = ({
    name,
    className,
    lineRange: { start, end },
  }: FileMetadata["classes"][number] | FileMetadata["symbols"][number] | FileMetadata["functions"][number]) => ({
    path,
    line: start,
    endLine: end,
    name,
    ...(className !== undefined && { className }),
    language,
  });
  return [
    ...record.functions.map((fn): FoundSymbol => {
      const call = `${fn.name}(${fn.parameters.join(", ")})`;
      const signature =
        fn.returnType === undefined ? call : { typescript: `${call}: int`, python: `${call} -> int`, c: `int ${call}` }[language];
      return {
        ...common(fn),
        kind: fn.kind ?? (fn.className === undefined ? "function" : "method"),
        signature: signature ?? "",
        intent: fn.docSections.intent,
      };
    }),
    ...record.classes.map((cls): FoundSymbol => ({
      ...common(cls),
      kind: cls.kind ?? "class",
      signature: `${cls.kind ?? "class"} ${cls.name}`,
      intent: cls.docSections.intent,
    })),
    ...record.symbols.map((symbol): FoundSymbol => ({
      ...common(symbol),
      kind: symbol.kind,
      signature: symbol.signature ?? symbol.name,
      intent: symbol.intent,
    })),
  ].map(({ path: own, line, endLine, name, kind, className, language: spoken, signature, intent }) => ({
    path: own,
    line,
    endLine,
    name,
    kind,
    ...(className !== undefined && { className }),
    language: spoken,
    signature,
    intent,
  }));
}

/** As the names of these tests are: each has one separator at most, but for one owner. */
function scoreOf(name: SymbolName, { name: own, className }: FoundSymbol): number {
  const text = typeof name === "string" ? name : "prefix" in name ? name.prefix : name.like;
  const fit = (wanted: string): number => {
    if (typeof name === "string") return own === wanted ? 1 : 0;
    if ("prefix" in name) return folded(name, own).startsWith(folded(name, wanted)) ? 2 : 0;
    return naiveLike(wanted, own);
  };
  const [, classText, separator, memberText = ""] = /^(.*[^.#:])(::|[.#])(.*)$/.exec(text) ?? [];
  const scores = [fit(text)];
  if (
    classText !== undefined &&
    separator !== undefined &&
    className !== undefined &&
    (memberText !== "" || (typeof name === "object" && "prefix" in name))
  ) {
    const owners = [classText, classText.split(".").at(-1) as string];
    const isLike = typeof name === "object" && "like" in name;
    if (owners.some((each) => (isLike ? naiveLike(each, className) > 0 : folded(name, each) === folded(name, className))))
      scores.push(fit(memberText));
  }
  return Math.min(...scores.map((score) => (score === 0 ? Infinity : score))) === Infinity
    ? 0
    : Math.min(...scores.filter((score) => score > 0));
}

function folded(name: SymbolName, text: string): string {
  return typeof name === "object" && "prefix" in name && name.ignoreCase === true ? text.toLowerCase() : text;
}

/** By trying every way to divide what is asked for into beginnings of words. */
export function naiveLike(like: string, name: string): number {
  const [wanted, whole] = [like.toLowerCase(), name.toLowerCase()];
  if (wanted === whole) return 1;
  if (whole.startsWith(wanted)) return 2;
  const words = name
    .split(/(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=[\p{L}])(?=\d)|(?<=\d)(?=\p{L})|[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  const letters = wanted.replaceAll(/[^\p{L}\p{N}]/gu, "");
  const pieces =
    letters === ""
      ? Infinity
      : leastPieces(
          letters,
          words.map((word) => word.toLowerCase()),
        );
  if (pieces < Infinity) return 2 + pieces;
  return whole.includes(wanted) ? 63 : 0;
}

function leastPieces(letters: string, words: readonly string[]): number {
  if (letters === "") return 0;
  const [word, ...others] = words;
  if (word === undefined) return Infinity;
  let least = leastPieces(letters, others);
  for (let length = 1; length <= word.length && letters.startsWith(word.slice(0, length)); length++) {
    least = Math.min(least, 1 + leastPieces(letters.slice(length), others));
  }
  return least;
}

function meets(criterion: TermCriterion, term: string): boolean {
  return listOf(criterion).some((each) => (typeof each === "string" ? each === term : term.startsWith(each.prefix)));
}

function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
