import { MetacacheError } from "../../../base/errors.ts";
import { REFERENCE_DIRECTIONS, type ReferenceDirection } from "../../../query/references/references-query.ts";
import { CITING_FORMS } from "../../../references/normal-target.ts";
import { noteRest, PAGING_OPTIONS, type PagingOptions, readPaging, wholeNumber } from "../../answers/paging.ts";
import { asksForPaths, PATH_LIST_OPTIONS, type PathListOptions, printPaths } from "../../answers/path-lists.ts";
import type { CommandDefinition } from "../../command-definition.ts";
import { LOOKING_OPTIONS } from "../../place/look-at-tree.ts";
import { doubtsContent, noteDoubts, outdatedAmong } from "../../place/answer-doubts.ts";
import { incompleteness } from "../../place/tree-reading.ts";
import { type CommonOptions, type ExitCode, openSession } from "../../session.ts";
import { quoteName } from "../../../base/text/escape.ts";
import { inFlags } from "../query/query-flags.ts";
import { listDangling, listOrphans } from "./whole-project.ts";
import { nearestDocument } from "./documents-meant.ts";
import { askRelations, type RelationsWanted } from "./relations.ts";
import { printRelations, type Shape } from "./printed-relations.ts";

export interface RefsOptions extends CommonOptions, PagingOptions, PathListOptions {
  readonly direction?: string;
  readonly depth?: string;
  readonly forms?: readonly string[];
  readonly tree?: boolean;
  readonly mermaid?: boolean;
  readonly orphans?: boolean;
  readonly roots?: readonly string[];
  readonly dangling?: boolean;
}

/**
 * `metacache refs <doc>`: lists the files that refer to a document or another file, and where. With
 * `--dangling`, lists the references that name nothing that exists. With `--orphans`, lists the
 * documents that cannot be reached by references.
 */
export const command: CommandDefinition = {
  example: "refs docs/architecture.md --depth 3 --tree",
  options: [
    ["--direction <direction>", "in: files that refer to <doc> (default); out: files that <doc> refers to", REFERENCE_DIRECTIONS],
    ["--depth <n>", "follow references for n steps (default: 1)"],
    ["--forms <forms>", "only references of these forms: header,comment,link", CITING_FORMS, "repeated"],
    ["--tree", "draw the files and their references as a tree"],
    ["--mermaid", "draw the files and their references as a Mermaid diagram"],
    ["--dangling", "without <doc>: list references that name nothing that exists"],
    ["--orphans", "without <doc>: list documents that cannot be reached from a README or an index by references"],
    ["--roots <path>", "with --orphans: start at this file or folder instead", "file", "repeated"],
    ...PAGING_OPTIONS,
    ...PATH_LIST_OPTIONS,
    ...LOOKING_OPTIONS,
  ],
  completion: "file",
  notes: [
    "<doc> is a path relative to the working directory or to the project's folder, a",
    "name that only one file has, or a glob: 'docs/*.md'. With #heading or §3.2, it",
    "names only that section.",
  ].join("\n"),
  run,
};

async function run(options: RefsOptions, argument?: string): Promise<ExitCode> {
  const onlyPaths = asksForPaths(options);
  const shape = shapeOf(options, argument);
  const wanted: RelationsWanted = {
    direction: readDirection(options.direction),
    depth: options.depth === undefined ? 1 : wholeNumber("--depth", options.depth, MAX_DEPTH),
    forms: readForms(options.forms),
    paging: readPaging(options),
  };
  const session = await openSession(options);
  const { output, place, project } = session;
  return session.withCache((cache) =>
    inFlags(async (): Promise<ExitCode> => {
      const incomplete = await incompleteness(cache.source);
      const use = { session, cache, options, onlyPaths, incomplete };
      if (options.orphans === true) return listOrphans(use);
      if (options.dangling === true) return listDangling(use);
      const relations = await askRelations(cache, place, argument ?? "", wanted);
      const { targets, items, total, revision } = relations;
      const files = items.filter(({ isFolder }) => isFolder !== true).map(({ path }) => path);
      const outdated = await outdatedAmong(project.root, cache, files);
      const nearest = total === 0 && targets.every(({ exists }) => !exists) ? nearestDocument(cache, argument ?? "") : undefined;
      output.document(
        "refs",
        {
          root: project.root,
          direction: wanted.direction,
          depth: wanted.depth,
          targets,
          items,
          total,
          ...(nearest !== undefined && { nearest }),
          revision,
          ...doubtsContent({ outdated, incomplete }),
        },
        "items",
      );
      if (onlyPaths) printPaths(output, place, files, options);
      else printRelations(session, relations, wanted, shape);
      if (nearest !== undefined) output.note(`the project has no ${quoteName(argument ?? "")}; did you mean ${place.shown(nearest)}?`);
      noteRest(output, wanted.paging, items.length, total);
      noteDoubts(output, place, { outdated, incomplete });
      return items.length === 0 ? 1 : 0;
    }),
  );
}

const MAX_DEPTH = 1_000;

/** Returns how to draw the answer. Throws `E_CONFIG` for options that contradict each other. */
function shapeOf({ tree, mermaid, orphans, dangling, roots }: RefsOptions, argument: string | undefined): Shape {
  const wholes = [orphans === true ? "--orphans" : [], dangling === true ? "--dangling" : []].flat();
  const given = [...wholes, ...(argument === undefined ? [] : ["a document"])];
  if (given.length === 0)
    throw new MetacacheError("E_CONFIG", "no document is given", { remedy: "give its path, or --orphans or --dangling" });
  if (given.length > 1) throw new MetacacheError("E_CONFIG", `${given.join(" and ")} are both given`, { remedy: "give one of them" });
  if (roots !== undefined && orphans !== true)
    throw new MetacacheError("E_CONFIG", "--roots is given without --orphans", { remedy: "add --orphans" });
  const shapes = [tree === true ? (["tree"] as const) : [], mermaid === true ? (["mermaid"] as const) : []].flat();
  if (shapes.length + wholes.length > 1)
    throw new MetacacheError("E_CONFIG", `${[...wholes, ...shapes.map((shape) => `--${shape}`)].join(" and ")} are both given`, {
      remedy: "give one of them",
    });
  return shapes[0] ?? "list";
}

function readDirection(given: string | undefined): ReferenceDirection {
  const found = REFERENCE_DIRECTIONS.find((direction) => direction === (given ?? "in"));
  if (found !== undefined) return found;
  throw new MetacacheError("E_CONFIG", `--direction must be in or out, not ${JSON.stringify(given)}`);
}

function readForms(given: readonly string[] | undefined): RelationsWanted["forms"] {
  return given
    ?.flatMap((text) => text.split(","))
    .map((word) => {
      const found = CITING_FORMS.find((form) => form === word.trim());
      if (found === undefined)
        throw new MetacacheError("E_CONFIG", `--forms must be some of ${CITING_FORMS.join(", ")}, not ${JSON.stringify(word)}`);
      return found;
    });
}
