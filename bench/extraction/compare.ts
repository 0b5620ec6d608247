import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { Tag } from "./ctags.ts";

/** The counts of one file, or of many files. The lists hold examples as `path:line name`. */
export interface Score {
  known: number;
  found: number;
  extracted: number;
  rightClass: number;
  typesKnown: number;
  typesFound: number;
  typesExtracted: number;
  marked: number;
  readonly missing: string[];
  readonly invented: string[];
  /** Functions that ctags reports under another name. */
  readonly renamed: string[];
  readonly wrongClass: string[];
  readonly typesMissing: string[];
  readonly typesInvented: string[];
  readonly falseMarks: string[];
}

export function emptyScore(): Score {
  const counts = { known: 0, found: 0, extracted: 0, rightClass: 0, typesKnown: 0, typesFound: 0, typesExtracted: 0, marked: 0 };
  return { ...counts, missing: [], invented: [], renamed: [], wrongClass: [], typesMissing: [], typesInvented: [], falseMarks: [] };
}

export function merge(total: Score, part: Score): void {
  for (const key of Object.keys(part) as (keyof Score)[]) {
    const value = part[key];
    if (typeof value === "number") (total[key] as number) += value;
    else for (const one of value) (total[key] as string[]).push(one);
  }
}

export function compare(path: string, record: FileMetadata, tags: readonly Tag[]): Score {
  const score = emptyScore();
  compareFunctions(score, path, record, tags);
  compareTypes(
    score,
    path,
    record,
    tags.filter(({ kind, name }) => kind !== "function" && kind !== "prototype" && !name.startsWith("__anon")),
  );
  if (record.problems.some((problem) => problem.startsWith("syntax-error"))) {
    score.marked = 1;
    if (score.missing.length + score.typesMissing.length === 0) score.falseMarks.push(path);
  }
  return score;
}

function compareFunctions(score: Score, path: string, { functions }: FileMetadata, tags: readonly Tag[]): void {
  const ours = new Set(functions.map(({ name }) => plain(name)));
  const theirs = new Set(tags.map(({ name }) => plain(name)));
  // Lambdas are not functions with a name.
  const defined = tags.filter(({ kind, name }) => kind === "function" && !name.startsWith("__anon")).toSorted((a, b) => a.line - b.line);
  const unknown = functions.filter(({ name }) => !theirs.has(plain(name)));
  score.known = defined.length;
  score.extracted = functions.length;
  for (const [index, tag] of defined.entries()) {
    const same = functions.filter(({ name }) => plain(name) === plain(tag.name));
    // ctags takes the name of an attribute or of a defining macro for the name of the function
    // after it.
    const next = defined[index + 1]?.line ?? Number.POSITIVE_INFINITY;
    const renamed = ours.has(plain(tag.name))
      ? -1
      : unknown.findIndex(({ lineRange }) => tag.line <= lineRange.end && lineRange.start < next);
    if (renamed !== -1) {
      const [one] = unknown.splice(renamed, 1);
      score.renamed.push(`${path}:${tag.line} ${tag.name}: ${one!.name}`);
    } else if (same.length === 0) {
      score.missing.push(`${path}:${tag.line} ${tag.name}`);
      continue;
    }
    score.found++;
    const isRight = same.length === 0 || same.some(({ className }) => (className ?? "") === tag.scope) || tag.scope.startsWith("__anon");
    if (isRight || same.every(({ className }) => className === undefined)) score.rightClass++;
    else score.wrongClass.push(`${path}:${tag.line} ${tag.name}: ${tag.scope}, not ${same.map(({ className }) => className).join()}`);
  }
  for (const { name, lineRange } of unknown) score.invented.push(`${path}:${lineRange.start} ${name}`);
}

function compareTypes(score: Score, path: string, { classes }: FileMetadata, tags: readonly Tag[]): void {
  const ours = new Set(classes.map(({ name }) => name));
  const theirs = new Set(tags.map(({ name }) => name));
  for (const { name, lineRange } of classes) if (!theirs.has(name)) score.typesInvented.push(`${path}:${lineRange.start} ${name}`);
  score.typesKnown = theirs.size;
  for (const { name, line } of tags) if (!ours.has(name) && theirs.delete(name)) score.typesMissing.push(`${path}:${line} ${name}`);
  score.typesFound = score.typesKnown - score.typesMissing.length;
  score.typesExtracted = ours.size;
}

/** ctags writes `operator ==`, and keeps the names of macros in it. */
function plain(name: string): string {
  return name.replace(/\s+/g, "");
}
