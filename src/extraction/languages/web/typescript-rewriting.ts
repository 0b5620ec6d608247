import { blanked, rewritten, type Rewriting } from "../rewriting.ts";

/** The name that the grammar sees for a default export without a name. */
export const DEFAULT_NAME = "default_";

/**
 * Syntax that the grammar does not know yet. Each rewriting puts it into a form that the grammar
 * knows.
 */
const REWRITINGS: readonly Rewriting[] = [
  { mustContain: "type", pattern: /\btype(?<=\bexport\s{1,80}type)(?=\s{0,80}\*)/g, rewrite: blanked },
  // A type of another module. The grammar takes neither brackets nor type arguments after it.
  { mustContain: "import(", pattern: /\bimport\(\s{0,80}(?:"[^"\n]*"|'[^'\n]*')\s{0,80}\)\s{0,80}\.(?=\s{0,80}[\w$])/g, rewrite: blanked },
  { mustContain: "global", pattern: /\bglobal\b(?<=(?:^|[{};])\s{0,200}global)(?=\s{0,80}\{)/gm, rewrite: blanked },
  // The variance of a type parameter.
  {
    mustContain: "in",
    pattern:
      /\b(?:in\s{1,80}out|in|out)\b(?<=(?:[<,]|\*\/)\s{0,200}(?:in\s{1,80}out|in|out))(?=\s{1,80}[A-Z_$][\w$]{0,200}\s{0,80}(?:[,>=]|extends\b))/g,
    rewrite: blanked,
  },
  {
    mustContain: "out",
    pattern: /\bout\b(?<=(?:[<,]|\*\/)\s{0,200}out)(?=\s{1,80}[A-Z_$][\w$]{0,200}\s{0,80}(?:[,>=]|extends\b))/g,
    rewrite: blanked,
  },
  { mustContain: "abstract", pattern: /\babstract(?=\s{0,80}\??:)/g, rewrite: () => "abstracT" },
  {
    mustContain: "abstract",
    pattern: /\babstract(?<=\bdefault\s{1,80}abstract)(?=\s{1,80}class\s{0,80}(?:\{|extends\b|implements\b))/g,
    rewrite: blanked,
  },
  // A field with its own accessors. No other two words are next to each other like this.
  {
    mustContain: "accessor",
    pattern: /\baccessor(?=[ \t]{1,80}(?!(?:in|of|as|is|instanceof|satisfies|extends)\b)[\w$#"'[])/g,
    rewrite: blanked,
  },
  // Declarations with `using`, which dispose of their value, and deferred imports.
  {
    mustContain: "using",
    pattern: /\bawait {1,80}using(?= {1,80}[A-Za-z_$][\w$]{0,200}\s{0,80}(?:=|of\b))/g,
    rewrite: (match) => "const".padStart(match.length),
  },
  { mustContain: "using", pattern: /\busing(?= {1,80}(?!of\b)[A-Za-z_$][\w$]{0,200}\s{0,80}(?:=[^=>]|of\b))/g, rewrite: () => "const" },
  { mustContain: "type", pattern: /\btype(?<=\bimport {1,80}type)(?= {0,80}= {0,80}require\b)/g, rewrite: () => "typE" },
  { mustContain: "defer", pattern: /\bdefer(?<=\bimport\s{1,80}defer)(?=\s{1,80}\*)/g, rewrite: blanked },
  { mustContain: "override", pattern: /\boverride(?<=\babstract\s{1,80}override)(?=\s)/g, rewrite: blanked },
  // A declaration of a default function without a name and a body.
  {
    mustContain: "default",
    pattern: /\bexport default(?: async)? function {1,80}(?=[(<])/g,
    rewrite: (match) => `export function ${DEFAULT_NAME}`.padEnd(match.length),
  },
];

/** Returns `text` in a form that the grammar can parse. All offsets stay the same. */
export function rewriteTypeScript(text: string): string {
  return rewritten(text, REWRITINGS);
}
