import { blanked, rewritten, type Rewriting } from "../rewriting.ts";

/** What the grammar does not know yet, each in a form that it knows. */
const REWRITINGS: readonly Rewriting[] = [
  // An empty collection (C# 12). Behind a name, a bracket or a `?` that touches it, `[]` makes an array's type.
  {
    hint: "[]",
    pattern: /\[\s{0,80}\](?<=(?:[=(,:{;]|\s\?|\?\?|=>|\breturn|\.\.)\s{0,200}\[\s{0,80}\])(?!\s{0,80}\w)/g,
    rewrite: (match) => `0${match.slice(1, -1)} `,
  },
  // A word that is a keyword only before a function, as a name.
  { hint: "async", pattern: /\basync\b(?=\s{0,80}(?:[,;):=.?!|&\]}]|[=!]=|\bis\b))/g, rewrite: () => "asynd" },
  // Words that are keywords only in attributes and accessors, first in a list.
  {
    hint: "[",
    pattern: /\[\s{0,80}(?:property|field|event|method|param|type|module)(?=\s{0,80}[,\]])/g,
    rewrite: (match) => `${match.slice(0, -1)}_`,
  },
  // Any collection for the arguments that are left (C# 13).
  { hint: "params", pattern: /\bparams(?=\s{1,80}[\w.]{1,200}(?:<[^<>()]{0,200}>)?\s{1,80}\w{1,200}\s{0,80}\))/g, rewrite: () => "ref   " },
  { hint: "allows", pattern: /\ballows {1,80}ref {1,80}struct\b/g, rewrite: (match) => "class".padEnd(match.length) },
  // Quotes in a text that is both verbatim and filled in.
  {
    hint: '""',
    pattern: /(?:\$@|@\$)"(?:[^"]|""){0,4000}"/g,
    rewrite: (match) => match.slice(0, 3) + match.slice(3, -1).replaceAll('""', "''") + match.slice(-1),
  },
  // A condition around a piece of a list: the piece is read, the condition is not.
  {
    hint: "#if",
    pattern: /^[ \t]{0,200}#if [^\n]{0,300}\n[ \t]{0,200},[^\n;{}#]{0,500}\n[ \t]{0,200}#endif[^\n]{0,300}$/gm,
    rewrite: (match) => {
      const [first = "", piece = "", last = ""] = match.split("\n");
      return [blanked(first), piece, blanked(last)].join("\n");
    },
  },
  // An assignment to what may be null (C# 14).
  { hint: "?[", pattern: /\?(?<=[\w)\]>]\?)(?=\[)/g, rewrite: () => " " },
  { hint: "?.", pattern: /\?(?<=[\w)\]>]\?)(?=\.[A-Za-z_])/g, rewrite: () => " " },
];

/** `text` as the grammar can parse it, every position the same. */
export function rewriteCSharp(text: string): string {
  return rewritten(text, REWRITINGS);
}
