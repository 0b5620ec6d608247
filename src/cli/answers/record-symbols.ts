import type { ClassMetadata, FileMetadata, FunctionMetadata, SymbolMetadata } from "../../record/file-metadata.ts";
import type { ShownSymbol } from "./symbol-lines.ts";

/** A symbol of a record, with the last of its lines. */
export interface RecordedSymbol extends ShownSymbol {
  readonly endLine: number;
}

/** Everything in a file that has a name, in the order of its lines. */
export function symbolsInRecord(record: FileMetadata): readonly RecordedSymbol[] {
  return inOrder([
    ...record.classes.map((cls) => shownClass(record, cls)),
    ...record.functions.map((fn) => shownFunction(record, fn)),
    ...record.symbols.map((symbol) => shownOther(record, symbol)),
  ]);
}

export function inOrder<T extends ShownSymbol>(symbols: readonly T[]): readonly T[] {
  return symbols.toSorted((one, other) => one.line - other.line);
}

export function shownFunction(record: FileMetadata, fn: FunctionMetadata): RecordedSymbol {
  const { name, kind, className, parameters, returnType } = fn;
  const signature = `${owned(className, name)}(${parameters.join(", ")})${returnType === undefined ? "" : `: ${returnType}`}`;
  return {
    ...placed(record, fn),
    kind: kind ?? (className === undefined ? "function" : "method"),
    signature,
    intent: fn.docSections.intent,
  };
}

export function shownClass(record: FileMetadata, cls: ClassMetadata): RecordedSymbol {
  const { name, kind = "class", className } = cls;
  return { ...placed(record, cls), kind, signature: owned(className, name), intent: cls.docSections.intent };
}

function shownOther(record: FileMetadata, symbol: SymbolMetadata): RecordedSymbol {
  const { name, kind, className, signature } = symbol;
  return { ...placed(record, symbol), kind, signature: signature ?? owned(className, name), intent: symbol.intent };
}

function placed(
  { path }: FileMetadata,
  { lineRange }: Pick<SymbolMetadata, "lineRange">,
): Pick<RecordedSymbol, "endLine" | "line" | "path"> {
  return { path, line: lineRange.start, endLine: lineRange.end };
}

function owned(className: string | undefined, name: string): string {
  return className === undefined ? name : `${className}.${name}`;
}
