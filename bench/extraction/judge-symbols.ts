/**
 * Compares the extracted symbols with those that others find in the same files: Python's own `ast`,
 * oxc for TypeScript and JavaScript, and universal-ctags for all other languages.
 *
 *     node bench/extraction/judge-symbols.ts FOLDER... [--sample 2000] [--examples 5]
 *
 * Prints for each language and kind: how many of the names that the judge knows are found (recall),
 * and how many of the found names the judge knows (precision). A name counts once per file.
 * Constants and variables are one kind here, because the judges divide them differently.
 */
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { FileExtractor } from "../../src/extraction/file-extractor.ts";
import type { SymbolMetadata } from "../../src/record/file-metadata.ts";
import { parseProjectPath } from "../../src/record/project-path.ts";
import { Random } from "../../testing/random.ts";
import { symbolsByOxc } from "./oxc-symbols.ts";
import { symbolsByAst, symbolsByCtags, type JudgedSymbols } from "./judged-symbols.ts";

interface Count {
  known: number;
  found: number;
  right: number;
  readonly missing: string[];
  readonly invented: string[];
}

const { values, positionals } = parseArgs({
  options: { sample: { type: "string", default: "2000" }, examples: { type: "string", default: "5" } },
  allowPositionals: true,
});

const counts = new Map<string, Count>();
const extractor = await FileExtractor.create();
const byLanguage = new Map<string, string[]>();
const ours = new Map<string, JudgedSymbols>();
for (const path of await filesBelow(positionals)) {
  const file = { path: parseProjectPath(path.replace(/^\/+/, "")), bytes: readFileSync(path), modifiedAt: 0, digest: "" };
  const { language, symbols, classes, functions, problems } = await extractor.extract(file, 60_000);
  // A list that was cut, or a file that is broken, is not judged.
  if (problems.length > 0) continue;
  byLanguage.set(language, [...(byLanguage.get(language) ?? []), path]);
  const isOther = ({ className, kind }: SymbolMetadata): boolean => language === "cpp" && className !== undefined && kind === "constant";
  const named = symbols
    .filter((one) => !isOther(one))
    .map(({ name, kind, className }) => {
      // For Python's `ast`, all assigned names in the body of a class are alike.
      if (language === "python" && className !== undefined) return { name, kind: "property" };
      return { name, kind: kind === "constant" ? "variable" : kind };
    });
  // A `typedef` of a type with a body is a class here, and a defined function needs no prototype.
  const isC = language === "c" || language === "cpp";
  const others = (isC ? [...classes, ...functions] : []).map(({ name }) => ({ name, kind: "defined" }));
  ours.set(path, [...named, ...others]);
}
extractor.close();
for (const [language, paths] of byLanguage) for (const [path, theirs] of judged(language, paths)) compare(language, path, theirs);
print();

async function filesBelow(folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for await (const file of glob("**/*.{c,h,cc,cpp,hpp,py,ts,mts,js,mjs,cjs,go,rs,java,cs,rb,php}", { cwd: folder })) {
      found.push(join(folder, file));
    }
  }
  return new Random(1).shuffled(found.toSorted()).slice(0, Number(values.sample));
}

function judged(language: string, paths: readonly string[]): Map<string, JudgedSymbols> {
  if (language === "python") return symbolsByAst(paths);
  if (language === "typescript" || language === "javascript") return symbolsByOxc(paths);
  return symbolsByCtags(language, paths);
}

function compare(language: string, path: string, theirs: JudgedSymbols): void {
  const kinds = new Set(theirs.kinds ?? theirs.map(({ kind }) => kind));
  for (const kind of kinds) {
    const namesOf = (list: JudgedSymbols): Set<string> => new Set(list.filter((one) => one.kind === kind).map(({ name }) => name));
    const found = namesOf(ours.get(path) ?? []);
    const defined = new Set((ours.get(path) ?? []).filter((one) => one.kind === "defined").map(({ name }) => name));
    const known = kind === "type" || kind === "prototype" ? namesOf(theirs).difference(defined) : namesOf(theirs);
    const key = `${language} ${kind}`;
    const count = counts.get(key) ?? { known: 0, found: 0, right: 0, missing: [], invented: [] };
    counts.set(key, count);
    count.known += known.size;
    count.found += found.size;
    count.right += known.intersection(found).size;
    for (const name of known.difference(found)) count.missing.push(`${path} ${name}`);
    for (const name of found.difference(known)) count.invented.push(`${path} ${name}`);
  }
}

function print(): void {
  const percent = (part: number, whole: number): string => (whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`);
  for (const [key, { known, found, right, missing, invented }] of [...counts].toSorted()) {
    console.log(`| ${key} | ${known} | ${found} | ${percent(right, known)} | ${percent(right, found)} |`);
    const examples = Number(values.examples);
    for (const line of new Random(2).shuffled(missing).slice(0, examples)) console.log(`    missing ${line}`);
    for (const line of new Random(2).shuffled(invented).slice(0, examples)) console.log(`    invented ${line}`);
  }
}
