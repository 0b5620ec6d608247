import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { wrapProse } from "./wrap-prose.ts";

// Checks what can be checked of prose: its width, and some phrases that nobody needs. `--write` wraps it. Pages join the list when they are
// written anew in plain English.
const PAGES = [
  "CHANGELOG.md",
  "RELEASING.md",
  "SECURITY.md",
  "docs/architecture.md",
  "docs/decisions/0038-oldest-node.md",
  "docs/documentation-bot.md",
  "docs/errors.md",
  "docs/glossary.md",
];
const PHRASES = /\b(?:whoever|whichever|for want of|in the eyes of|by whose hand|utilize|leverage)\b/gi;

const isWriting = process.argv.includes("--write");
const problems: string[] = [];
for (const page of PAGES) {
  const path = join(import.meta.dirname, "..", page);
  const text = readFileSync(path, "utf8");
  for (const [phrase] of text.matchAll(PHRASES)) problems.push(`${page}: says "${phrase}": use a plain word`);
  const wrapped = wrapProse(text);
  if (wrapped === text) continue;
  if (isWriting) writeFileSync(path, wrapped);
  else problems.push(`${page}: lines of prose are too wide: run \`npm run prose -- --write\``);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
