import type { FunctionMetadata } from "./file-metadata.ts";
import type { RecordSymbol } from "./symbols.ts";

/**
 * What a symbol looks like in its language, on one line: `parse(value: unknown): Config`, `parse(value any) (Config, error)`, `int parse(char *text)`,
 * `class Parser`. Of what is neither function nor class, the signature that the record has; without one, its name.
 */
export function signatureOf({ kind, source, name }: RecordSymbol, language: string): string {
  if (source.is === "class") return `${kind} ${name}`;
  if (source.is === "symbol") return source.of.signature ?? name;
  return functionSignature(source.of, language);
}

function functionSignature({ name, parameters, returnType }: FunctionMetadata, language: string): string {
  const call = `${name}(${parameters.join(", ")})`;
  if (returnType === undefined) return call;
  switch (HABITS[language]) {
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

/** Where a language writes what a function returns, unless after a colon. */
const HABITS: Readonly<Record<string, "before" | "arrow" | "after">> = {
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
