import type { FileMetadata } from "../../record/file-metadata.ts";
import { signatureOf } from "../../record/signature.ts";
import { type RecordSymbol, symbolsOf } from "../../record/symbols.ts";
import type { ShownSymbol } from "./symbol-lines.ts";

/** A symbol of a record, with the last of its lines. */
export interface RecordedSymbol extends ShownSymbol {
  readonly endLine: number;
}

/** Returns the symbols of a file that `isWanted` accepts, in the order of lines. */
export function symbolsInRecord(record: FileMetadata, isWanted: (symbol: RecordSymbol) => boolean = () => true): readonly RecordedSymbol[] {
  const shown = symbolsOf(record)
    .filter(isWanted)
    .map((symbol): RecordedSymbol => {
      const { source, owner, name, kind } = symbol;
      const { start, end } = source.of.lineRange;
      const intent = source.is === "symbol" ? source.of.intent : source.of.docSections.intent;
      const className = owner === "" ? undefined : owner;
      return {
        path: record.path,
        line: start,
        endLine: end,
        name,
        kind,
        className,
        signature: signatureOf(symbol, record.language),
        intent,
      };
    });
  return shown.sort((one, other) => one.line - other.line);
}
