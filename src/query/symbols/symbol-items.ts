import { assert } from "../../base/assert.ts";
import { compareValues } from "../../base/text/text-order.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import { signatureOf } from "../../record/signature.ts";
import { type RecordSymbol, symbolsOf } from "../../record/symbols.ts";
import { tierOf } from "./layer-matches.ts";
import { NO_MATCH } from "./like-pattern.ts";
import { type PreparedSymbolQuery, scoreOf } from "./prepared-symbol-query.ts";
import { encodeSymbolCursor } from "./symbol-cursor.ts";
import type { SymbolGroup, SymbolPage } from "./symbol-page.ts";
import type { FoundSymbol } from "./symbol-query.ts";

export interface SymbolItems {
  readonly items: readonly FoundSymbol[];
  readonly total: number;
  readonly nextCursor: string | undefined;
}

/** Makes the items of a page, frozen. `records` are the records of the page's groups. */
export function symbolItems(page: SymbolPage, records: readonly FileMetadata[], query: PreparedSymbolQuery): SymbolItems {
  const { limit = Infinity } = query;
  const items: FoundSymbol[] = [];
  const known = new Map<FileMetadata, readonly ScoredSymbol[]>();
  let last: { readonly path: string; readonly line: number; readonly term: string } | undefined;
  let more = page.more;
  for (const [place, group] of page.groups.entries()) {
    const record = records[place] as FileMetadata;
    let symbols = known.get(record);
    if (symbols === undefined) known.set(record, (symbols = matchesIn(record, query)));
    for (const { symbol } of symbolsOfGroup(symbols, group, query)) {
      if (items.length >= limit) {
        more = true;
        break;
      }
      items.push(itemOf(record, symbol));
      last = { path: record.path, line: lineOf(symbol), term: symbol.term };
    }
  }
  const nextCursor = more && last !== undefined ? encodeSymbolCursor(query.queryHash, last) : undefined;
  return { items: Object.freeze(items), total: page.total, nextCursor };
}

interface ScoredSymbol {
  readonly symbol: RecordSymbol;
  readonly score: number;
}

/** In the order of their lines. Symbols on the same line are in the order of their terms. */
function matchesIn(record: FileMetadata, query: PreparedSymbolQuery): readonly ScoredSymbol[] {
  const found: ScoredSymbol[] = [];
  for (const symbol of symbolsOf(record)) {
    const score = scoreOf(query, symbol);
    if (score !== NO_MATCH) found.push({ symbol, score });
  }
  return found.sort(({ symbol: a }, { symbol: b }) => lineOf(a) - lineOf(b) || compareValues(a.term, b.term));
}

function symbolsOfGroup(
  symbols: readonly ScoredSymbol[],
  { names, count, isBegun }: SymbolGroup,
  query: PreparedSymbolQuery,
): readonly ScoredSymbol[] {
  const own =
    names === undefined
      ? symbols
      : symbols.filter(({ symbol, score }) => symbol.name === names.name && isOfTier(names.tier, symbol, score, query));
  assert(own.length === count, "a record has as many matching symbols as the index says");
  const { after } = query;
  if (after === undefined || !isBegun) return own;
  return own.filter(({ symbol }) => lineOf(symbol) > after.line || (lineOf(symbol) === after.line && symbol.term > after.term));
}

function isOfTier(tier: number, { name }: RecordSymbol, score: number, { order }: PreparedSymbolQuery): boolean {
  return order !== "rank" || tierOf(score, name.length) === tier;
}

function lineOf({ source }: RecordSymbol): number {
  return source.of.lineRange.start;
}

function itemOf({ path, language }: FileMetadata, symbol: RecordSymbol): FoundSymbol {
  const { name, kind, owner, source } = symbol;
  const { start, end } = source.of.lineRange;
  return Object.freeze({
    path,
    line: start,
    endLine: end,
    name,
    kind,
    ...(owner !== "" && { className: owner }),
    language,
    signature: signatureOf(symbol, language),
    intent: source.is === "symbol" ? source.of.intent : source.of.docSections.intent,
  });
}
