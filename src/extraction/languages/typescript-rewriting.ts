import { blanked, rewritten, type Rewriting } from "./rewriting.ts";

/** The name that a default export without name has for the grammar. */
export const DEFAULT_NAME = "default_";

/** What the grammar does not know yet, each in a form that it knows. */
const REWRITINGS: readonly Rewriting[] = [
  { hint: "type", pattern: /(?<=\bexport\s+)type(?=\s*\*)/g, rewrite: blanked },
  // A type of another module, behind which the grammar takes neither brackets nor type arguments.
  { hint: "import(", pattern: /\bimport\(\s{0,80}(?:"[^"\n]*"|'[^'\n]*')\s{0,80}\)\s{0,80}\.(?=\s*[\w$])/g, rewrite: blanked },
  { hint: "global", pattern: /(?<=^[ \t]*|[{};]\s*)global(?=\s*\{)/gm, rewrite: blanked },
  // Variance of a type parameter.
  { hint: "in", pattern: /(?<=[<,]\s*)(?:in\s+out|in|out)(?=\s+[A-Z_$][\w$]*\s*(?:[,>=]|extends\b))/g, rewrite: blanked },
  { hint: "out", pattern: /(?<=[<,]\s*)out(?=\s+[A-Z_$][\w$]*\s*(?:[,>=]|extends\b))/g, rewrite: blanked },
  { hint: "abstract", pattern: /\babstract(?=\s*\??:)/g, rewrite: () => "abstracT" },
  { hint: "override", pattern: /(?<=\babstract\s+)override(?=\s)/g, rewrite: blanked },
  // A declaration of a default function without name and body.
  {
    hint: "default",
    pattern: /\bexport default(?: async)? function {1,80}(?=[(<])/g,
    rewrite: (match) => `export function ${DEFAULT_NAME}`.padEnd(match.length),
  },
];

/** `text` as the grammar can parse it, every position the same. */
export function rewriteTypeScript(text: string): string {
  return rewritten(text, REWRITINGS);
}
