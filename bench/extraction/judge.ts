/**
 * Compares what is extracted from C and C++ with what universal-ctags finds in the same files.
 *
 *     node bench/extraction/judge.ts FOLDER... [--sample 1500] [--examples 40]
 *
 * Prints how many of the functions that ctags finds are found (recall), how many found functions
 * ctags does not know (invented), how many functions have the same class, and how many of the marks
 * `syntax-error` are on files in which nothing is lost. Then prints examples. ctags names a
 * function after the macro that defines it (`SYSCALL_DEFINE2(open, …) {`), or after an attribute
 * before it. If ctags has one name and metacache another one between the same two functions, they
 * are one function, and are counted separately.
 */
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { FileExtractor } from "../../src/extraction/file-extractor.ts";
import { parseProjectPath } from "../../src/record/project-path.ts";
import { Random } from "../../testing/random.ts";
import { compare, emptyScore, merge, type Score } from "./compare.ts";
import { tagsOf } from "./ctags.ts";

const { values, positionals } = parseArgs({
  options: { sample: { type: "string" }, examples: { type: "string", default: "40" } },
  allowPositionals: true,
});

const CHUNK = 1_000;
const extractor = await FileExtractor.create();
const score = emptyScore();
const files = await filesBelow(positionals);
for (let index = 0; index < files.length; index += CHUNK) merge(score, await scoreOf(files.slice(index, index + CHUNK)));
extractor.close();
print(score, files.length);

/**
 * The sources and headers of the folders: all of them, or a sample of the given size. The sample is
 * the same each time.
 */
async function filesBelow(folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for await (const file of glob("**/*.{c,h,cc,cpp,cxx,hpp,hh}", { cwd: folder })) found.push(join(folder, file));
  }
  found.sort();
  if (values.sample === undefined) return found;
  return new Random(1).shuffled(found).slice(0, Number(values.sample));
}

async function scoreOf(paths: readonly string[]): Promise<Score> {
  const records = new Map<string, Awaited<ReturnType<FileExtractor["extract"]>>>();
  for (const path of paths) {
    const bytes = readFileSync(path);
    const file = { path: parseProjectPath(path.replace(/^\/+/, "")), bytes, modifiedAt: 0, digest: "" };
    records.set(path, await extractor.extract(file, 60_000));
  }
  const total = emptyScore();
  for (const [language, name] of [
    ["C", "c"],
    ["C++", "cpp"],
  ] as const) {
    const own = paths.filter((path) => records.get(path)?.language === name);
    if (own.length === 0) continue;
    const tags = tagsOf(own, language);
    for (const path of own) merge(total, compare(path, records.get(path)!, tags.get(path) ?? []));
  }
  return total;
}

function print(total: Score, count: number): void {
  const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(3)} % (${part} of ${whole})`;
  console.log(`${count} files`);
  console.log(`functions found     ${percent(total.found, total.known)}`);
  console.log(`functions invented  ${percent(total.invented.length, total.extracted)}`);
  console.log(`under other names   ${percent(total.renamed.length, total.known)}`);
  console.log(`right class         ${percent(total.rightClass, total.found)}`);
  console.log(`types found         ${percent(total.typesFound, total.typesKnown)}`);
  console.log(`types invented      ${percent(total.typesInvented.length, total.typesExtracted)}`);
  console.log(`marked files        ${total.marked}, of which ${percent(total.falseMarks.length, total.marked)} lose nothing`);
  for (const list of ["missing", "invented", "renamed", "wrongClass", "typesMissing", "typesInvented", "falseMarks"] as const) {
    console.log(`\n${list}:`);
    for (const line of new Random(2).shuffled(total[list]).slice(0, Number(values.examples))) console.log(`  ${line}`);
  }
}
