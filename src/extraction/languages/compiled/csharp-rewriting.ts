import { blanked, rewritten, type Rewriting } from "../rewriting.ts";

/**
 * Syntax that the grammar does not know yet. Each rewriting puts it into a form that the grammar
 * knows.
 */
const REWRITINGS: readonly Rewriting[] = [
  // An empty collection (C# 12). If `[]` touches a name, a bracket or a `?` before it, it is part
  // of an array's type.
  {
    mustContain: "[]",
    pattern: /\[\s{0,80}\](?<=(?:[=(,:{;]|\s\?|\?\?|=>|\breturn|\.\.)\s{0,200}\[\s{0,80}\])(?!\s{0,80}\w)/g,
    rewrite: (match) => `0${match.slice(1, -1)} `,
  },
  // `async` as a name. It is a keyword only before a function.
  { mustContain: "async", pattern: /\basync\b(?=\s{0,80}(?:[,;):=.?!|&\]}]|[=!]=|\bis\b))/g, rewrite: () => "asynd" },
  // A list that begins with a word that is a keyword only in attributes and accessors.
  {
    mustContain: "[",
    pattern: /\[\s{0,80}(?:property|field|event|method|param|type|module)(?=\s{0,80}[,\]])/g,
    rewrite: (match) => `${match.slice(0, -1)}_`,
  },
  // A collection of any type for the remaining arguments (C# 13).
  {
    mustContain: "params",
    pattern: /\bparams(?=\s{1,80}[\w.]{1,200}(?:<[^<>()]{0,200}>)?\s{1,80}\w{1,200}\s{0,80}\))/g,
    rewrite: () => "ref   ",
  },
  { mustContain: "allows", pattern: /\ballows {1,80}ref {1,80}struct\b/g, rewrite: (match) => "class".padEnd(match.length) },
  // Quotes in a string that is both verbatim and interpolated.
  {
    mustContain: '""',
    pattern: /(?:\$@|@\$)"(?:[^"]|""){0,4000}"/g,
    rewrite: (match) => match.slice(0, 3) + match.slice(3, -1).replaceAll('""', "''") + match.slice(-1),
  },
  // A condition around a part of a list. The part is read, the condition is not.
  {
    mustContain: "#if",
    pattern: /^[ \t]{0,200}#if [^\n]{0,300}\n[ \t]{0,200},[^\n;{}#]{0,500}\n[ \t]{0,200}#endif[^\n]{0,300}$/gm,
    rewrite: (match) => {
      const [first = "", piece = "", last = ""] = match.split("\n");
      return [blanked(first), piece, blanked(last)].join("\n");
    },
  },
  // An assignment through a value that may be null (C# 14).
  { mustContain: "?[", pattern: /\?(?<=[\w)\]>]\?)(?=\[)/g, rewrite: () => " " },
  { mustContain: "?.", pattern: /\?(?<=[\w)\]>]\?)(?=\.[A-Za-z_])/g, rewrite: () => " " },
];

/** Returns `text` in a form that the grammar can parse. All offsets stay the same. */
export function rewriteCSharp(text: string): string {
  return rewritten(text, REWRITINGS);
}
