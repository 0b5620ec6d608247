import type { Finding } from "../../../base/finding.ts";
import type { MetadataCache } from "../../../cache/metadata-cache.ts";
import type { DanglingReference } from "../../../query/references/references-query.ts";
import { noteRest, readPaging } from "../../answers/paging.ts";
import { printPaths } from "../../answers/path-lists.ts";
import { placeOf } from "../../answers/symbol-lines.ts";
import { doubtsContent, noteDoubts, outdatedAmong } from "../../place/answer-doubts.ts";
import type { Place } from "../../place/place.ts";
import type { ExitCode, Session } from "../../session.ts";
import { quoteName } from "../../../base/text/escape.ts";
import { counted, grouped } from "../../../base/text/words.ts";
import type { RefsOptions } from "./refs-command.ts";

export interface WholeProject {
  readonly session: Session;
  readonly cache: MetadataCache;
  readonly options: RefsOptions;
  readonly onlyPaths: boolean;
  readonly incomplete: Finding | undefined;
}

/** `--orphans`: lists the documents that no way from the roots reaches. */
export async function listOrphans(use: WholeProject): Promise<ExitCode> {
  const { session, cache, options } = use;
  const { output, place } = session;
  const given =
    options.roots === undefined ? undefined : await Promise.all(options.roots.map(async (typed) => rootMeant(cache, place, typed)));
  const { items, total, documents, roots, revision } = await cache.orphanDocuments({ roots: given });
  return list(use, { items, pathOf: (path) => path, total, revision, content: { documents, roots } }, (shown) => {
    printPaths(output, place, shown, {});
    output.line(
      `${grouped(total)} of ${counted(documents, "document")} cannot be reached from ${counted(roots.length, "root")}, at revision ${grouped(revision)}.`,
    );
  });
}

/** Returns the path of a typed root if it exists, otherwise the typed text. */
async function rootMeant(cache: MetadataCache, place: Place, typed: string): Promise<string> {
  const paths = await place.candidates(typed);
  return paths.find((path) => cache.count({ pathPrefix: path }) > 0) ?? typed;
}

/** `--dangling`: lists the references that name nothing that exists. */
export async function listDangling(use: WholeProject): Promise<ExitCode> {
  const { session, cache } = use;
  const { output, place } = session;
  const { items, total, checked, revision } = await cache.danglingReferences();
  return list(use, { items, pathOf: ({ path }) => path, total, revision, content: { checked } }, (shown) => {
    output.table(
      shown.map((each) => [
        placeOf(place, each.path, each.line, each.column),
        [{ text: each.form, style: "kind" }],
        quoteName(each.target),
        [{ text: WHY[each.reason], style: "quiet" }],
      ]),
    );
    output.line(
      `${counted(total, "reference")} of ${grouped(checked.references)} in ${counted(checked.files, "file")} ${total === 1 ? "names" : "name"} nothing that exists, at revision ${grouped(revision)}.`,
    );
  });
}

const WHY: Readonly<Record<DanglingReference["reason"], string>> = {
  missing: "there is no such file",
  ambiguous: "several files have this name",
  outside: "it leads out of the project",
};

interface Found<T> {
  readonly items: readonly T[];
  readonly pathOf: (item: T) => string;
  readonly total: number;
  readonly revision: number;
  readonly content: object;
}

async function list<T>(
  use: WholeProject,
  { items, pathOf, total, revision, content }: Found<T>,
  print: (shown: readonly T[]) => void,
): Promise<ExitCode> {
  const { session, cache, options, onlyPaths, incomplete } = use;
  const { output, place, project } = session;
  const paging = readPaging(options);
  const shown = items.slice(paging.skipped, paging.limit === undefined ? undefined : paging.skipped + paging.limit);
  const outdated = await outdatedAmong(project.root, cache, shown.map(pathOf));
  const kind = options.orphans === true ? "orphans" : "dangling";
  output.document(
    "refs",
    { root: project.root, [kind]: shown, total, ...content, revision, ...doubtsContent({ outdated, incomplete }) },
    kind,
  );
  if (onlyPaths) printPaths(output, place, shown.map(pathOf), options);
  else print(shown);
  noteRest(output, paging, shown.length, total);
  noteDoubts(output, place, { outdated, incomplete });
  return shown.length === 0 ? 1 : 0;
}
