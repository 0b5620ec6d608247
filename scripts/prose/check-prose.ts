import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { wrongPhrases } from "./prose-phrases.ts";
import { commentsOf, wrapComments } from "./wrap-comments.ts";
import { wrapProse } from "./wrap-prose.ts";

// Checks prose as far as a program can: its width, and phrases for which a plainer word exists.
// Reads all Markdown of the project, and with `--comments` the comments of all programs and the
// names of tests. `--write` wraps lines that are too wide.
const PAGES = ["*.md", "docs/**/*.md", "bench/*.md", "plugin/**/*.md"];
const PROGRAMS = ["{src,test,scripts,testing,consistency,bench,examples}/**/*.ts"];

const root = join(import.meta.dirname, "../..");
const isWriting = process.argv.includes("--write");
const isOfComments = process.argv.includes("--comments");
const problems: string[] = [];

function checkPhrases(name: string, text: string): void {
  for (const { phrase, instead } of wrongPhrases(text)) problems.push(`${name}: says "${phrase}": write ${instead}`);
}

function checkWidth(name: string, text: string, wrapped: string): void {
  if (wrapped === text) return;
  if (isWriting) writeFileSync(join(root, name), wrapped);
  else problems.push(`${name}: lines of prose are too wide: run \`npm run prose -- --write${isOfComments ? " --comments" : ""}\``);
}

function testNamesOf(program: string): readonly string[] {
  return Array.from(program.matchAll(/\b(?:test|it|describe)\b[^"`\n]*\(\s*(["`])(.*?)\1,/g), ([, , name = ""]) => name);
}

// The pages of the API are made from comments.
const pages = globSync(PAGES, { cwd: root, exclude: ["docs/api/**"] }).sort();
for (const page of pages) {
  const text = readFileSync(join(root, page), "utf8");
  checkPhrases(page, text);
  checkWidth(page, text, wrapProse(text));
}
for (const program of isOfComments ? globSync(PROGRAMS, { cwd: root, exclude: ["**/node_modules/**"] }).sort() : []) {
  const text = readFileSync(join(root, program), "utf8");
  checkPhrases(program, [...commentsOf(program, text), ...testNamesOf(text)].join("\n"));
  checkWidth(program, text, wrapComments(program, text));
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
