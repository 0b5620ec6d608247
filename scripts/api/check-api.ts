import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import {
  declarationFile,
  declaredNames,
  entriesOf,
  exportedNames,
  exportOf,
  keyOf,
  mentionedBy,
  parse,
  sourceOf,
} from "./api-declarations.ts";
import { renderPages, undocumented } from "./api-pages.ts";

/**
 * The public API as text: for every entry point of the package, what it exports, in the compiler's
 * own words and without comments. Kept in `docs/api.txt`, so that a change of the API is a change
 * that somebody reads.
 */
export function renderApi(root: string): string {
  const sections = entriesOf(root).map(({ entry, file }) => {
    const declarations = exportedNames(file).map((name) => declarationOf(file, name));
    return [`==== ${entry} ====`, ...declarations].join("\n\n");
  });
  return `${sections.join("\n\n")}\n`;
}

/**
 * The types that an entry point mentions and does not export: nobody who uses them could name them.
 */
export function forgottenExports(root: string): readonly string[] {
  return entriesOf(root).flatMap(({ entry, file }) => {
    const exported = exportedNames(file).flatMap((name) => sourceOf(file, name) ?? []);
    const known = new Set(exported.map(keyOf));
    const forgotten = exported.flatMap((source) => mentionedBy(source).filter((each) => !known.has(keyOf(each))));
    return [...new Set(forgotten.map(({ name }) => name))].sort().map((name) => `${entry} mentions ${name}, which it does not export`);
  });
}

/** Follows re-exports to where `name` is declared. */
function declarationOf(file: string, name: string): string {
  const { program, text } = parse(file);
  const { from, entry } = exportOf(file, name);
  const request = entry?.moduleRequest?.value;
  if (request !== undefined) {
    if (!request.startsWith(".")) return `export ${name} from "${request}"`;
    return declarationOf(declarationFile(from, request), entry?.importName.name ?? name);
  }
  const found = program.body.filter((node) => declaredNames(node).includes(name));
  if (found.length === 0) throw new Error(`${relative(process.cwd(), file)} does not declare ${name}`);
  return found.map((node) => tidy(text.slice(node.start, node.end))).join("\n");
}

function tidy(declaration: string): string {
  return declaration.replace(/^\s*#private;\n/gm, "").replace(/\n\s*\n/g, "\n");
}

/** The lines that only one of the two has. */
function difference(before: string, after: string): string {
  const only = (sign: string, lines: readonly string[], others: ReadonlySet<string>): string[] =>
    lines.filter((line) => !others.has(line)).map((line) => `${sign} ${line}`);
  const [old, now] = [before.split("\n"), after.split("\n")];
  return [...only("-", old, new Set(now)), ...only("+", now, new Set(old))].join("\n");
}

const PAGES = "docs/api";

function writePages(root: string, pages: ReadonlyMap<string, string>): void {
  rmSync(join(root, PAGES), { recursive: true, force: true });
  mkdirSync(join(root, PAGES), { recursive: true });
  for (const [page, text] of pages) writeFileSync(join(root, PAGES, page), text);
}

function reportStalePages(root: string, pages: ReadonlyMap<string, string>): void {
  const folder = join(root, PAGES);
  const existing = existsSync(folder) ? readdirSync(folder) : [];
  const stale = [...new Set([...existing, ...pages.keys()])].filter((page) => {
    const path = join(folder, page);
    return !existsSync(path) || readFileSync(path, "utf8") !== pages.get(page);
  });
  if (stale.length === 0) return;
  console.error(`${stale.sort().join(", ")} below ${PAGES} do not show the doc comments as they are: \`npm run api:update\`.`);
  process.exitCode = 1;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "../..");
  const snapshot = join(root, "docs/api.txt");
  const actual = renderApi(root);
  const expected = existsSync(snapshot) ? readFileSync(snapshot, "utf8") : "";
  if (process.argv.includes("--update")) writeFileSync(snapshot, actual);
  else if (actual !== expected) {
    console.error(difference(expected, actual));
    console.error("The public API is not what docs/api.txt says. If the change is meant: `npm run api:update`, and read the difference.");
    process.exitCode = 1;
  }
  const pages = renderPages(root);
  if (process.argv.includes("--update")) writePages(root, pages);
  else reportStalePages(root, pages);
  const silent = undocumented(root);
  if (silent.length > 0) {
    console.error(`${silent.join("\n")}\nGive each a doc comment: that is what an editor shows of it.`);
    process.exitCode = 1;
  }
  const forgotten = forgottenExports(root);
  if (forgotten.length > 0) {
    console.error(`${forgotten.join("\n")}\nExport what is mentioned, or mention something else.`);
    process.exitCode = 1;
  }
}
