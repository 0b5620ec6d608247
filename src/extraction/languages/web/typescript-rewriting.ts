import { blanked, rewritten, type Rewriting } from "../rewriting.ts";

/** The name that a default export without name has for the grammar. */
export const DEFAULT_NAME = "default_";

/** What the grammar does not know yet, each in a form that it knows. */
const REWRITINGS: readonly Rewriting[] = [
  { hint: "type", pattern: /\btype(?<=\bexport\s{1,80}type)(?=\s{0,80}\*)/g, rewrite: blanked },
  // A type of another module, behind which the grammar takes neither brackets nor type arguments.
  { hint: "import(", pattern: /\bimport\(\s{0,80}(?:"[^"\n]*"|'[^'\n]*')\s{0,80}\)\s{0,80}\.(?=\s{0,80}[\w$])/g, rewrite: blanked },
  { hint: "global", pattern: /\bglobal\b(?<=(?:^|[{};])\s{0,200}global)(?=\s{0,80}\{)/gm, rewrite: blanked },
  // Variance of a type parameter.
  {
    hint: "in",
    pattern:
      /\b(?:in\s{1,80}out|in|out)\b(?<=(?:[<,]|\*\/)\s{0,200}(?:in\s{1,80}out|in|out))(?=\s{1,80}[A-Z_$][\w$]{0,200}\s{0,80}(?:[,>=]|extends\b))/g,
    rewrite: blanked,
  },
  {
    hint: "out",
    pattern: /\bout\b(?<=(?:[<,]|\*\/)\s{0,200}out)(?=\s{1,80}[A-Z_$][\w$]{0,200}\s{0,80}(?:[,>=]|extends\b))/g,
    rewrite: blanked,
  },
  { hint: "abstract", pattern: /\babstract(?=\s{0,80}\??:)/g, rewrite: () => "abstracT" },
  {
    hint: "abstract",
    pattern: /\babstract(?<=\bdefault\s{1,80}abstract)(?=\s{1,80}class\s{0,80}(?:\{|extends\b|implements\b))/g,
    rewrite: blanked,
  },
  // A field with accessors of its own: no other two words stand side by side like this.
  {
    hint: "accessor",
    pattern: /\baccessor(?=[ \t]{1,80}(?!(?:in|of|as|is|instanceof|satisfies|extends)\b)[\w$#"'[])/g,
    rewrite: blanked,
  },
  // Declarations of what is disposed of, and imports that wait.
  {
    hint: "using",
    pattern: /\bawait {1,80}using(?= {1,80}[A-Za-z_$][\w$]{0,200}\s{0,80}(?:=|of\b))/g,
    rewrite: (match) => "const".padStart(match.length),
  },
  { hint: "using", pattern: /\busing(?= {1,80}(?!of\b)[A-Za-z_$][\w$]{0,200}\s{0,80}(?:=[^=>]|of\b))/g, rewrite: () => "const" },
  { hint: "type", pattern: /\btype(?<=\bimport {1,80}type)(?= {0,80}= {0,80}require\b)/g, rewrite: () => "typE" },
  { hint: "defer", pattern: /\bdefer(?<=\bimport\s{1,80}defer)(?=\s{1,80}\*)/g, rewrite: blanked },
  { hint: "override", pattern: /\boverride(?<=\babstract\s{1,80}override)(?=\s)/g, rewrite: blanked },
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
