import type { FunctionMetadata } from "./file-metadata.ts";
import type { RecordSymbol } from "./symbols.ts";

/**
 * Returns how a symbol looks in its language, on one line: `parse(value: unknown): Config`,
 * `parse(value any) (Config, error)`, `int parse(char *text)`, `class Parser`. For a symbol that is
 * neither a function nor a class, returns the signature in the record, or its name if the record
 * has no signature.
 */
export function signatureOf({ kind, source, name }: RecordSymbol, language: string): string {
  if (source.is === "class") return `${kind} ${name}`;
  if (source.is === "symbol") return source.of.signature ?? name;
  return functionSignature(source.of, language);
}

function functionSignature({ name, parameters, returnType }: FunctionMetadata, language: string): string {
  const call = `${name}(${parameters.join(", ")})`;
  if (returnType === undefined) return call;
  switch (RETURN_TYPE_STYLES[language]) {
    case "before":
      return `${returnType} ${call}`;
    case "arrow":
      return `${call} -> ${returnType}`;
    case "after":
      return `${call} ${returnType}`;
    default:
      return `${call}: ${returnType}`;
  }
}

/**
 * How each language writes the type that a function returns. Languages that are not listed write it
 * after a colon.
 */
const RETURN_TYPE_STYLES: Readonly<Record<string, "before" | "arrow" | "after">> = {
  c: "before",
  cpp: "before",
  csharp: "before",
  dart: "before",
  go: "after",
  java: "before",
  powershell: "before",
  python: "arrow",
  rust: "arrow",
  solidity: "after",
  swift: "arrow",
};
