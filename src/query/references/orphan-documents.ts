import { MetacacheError } from "../../base/errors.ts";
import { Problems, readInput } from "../../base/validation.ts";
import { compareValues } from "../../base/text/text-order.ts";
import type { IndexLayer } from "../../indexing/layers/layer.ts";
import { hasBit } from "../../indexing/layers/ranks.ts";
import { DOCUMENT_LANGUAGES } from "../../record/document-languages.ts";
import { nameOf } from "../../references/candidates.ts";
import { soughtOf } from "./citing-files.ts";
import { IndexPaths } from "./index-paths.ts";
import type { AnswerState, OrphansAnswer } from "./references-query.ts";
import { ALL_FORMS, ReferenceGraph } from "./related-files.ts";

/** Throws one `E_QUERY` that names every problem. */
export function prepareOrphans(query: unknown): readonly string[] | undefined {
  return readInput("E_QUERY", "the query", () => {
    const problems = new Problems();
    const { roots } = problems.object("", query, ["roots"]);
    const read = roots === undefined ? undefined : readRoots(problems, roots);
    if (problems.found.length > 0) throw new MetacacheError("E_QUERY", `orphans: ${problems.summary}`);
    return read;
  });
}

function readRoots(problems: Problems, value: unknown): readonly string[] {
  const roots = Array.from(problems.items(problems.list("roots", value)), (root, place) => problems.text(`roots[${place}]`, root));
  if (Array.isArray(value) && value.length === 0) problems.add("roots", "is an empty list: leave it out for the default");
  return roots;
}

/**
 * The documents that the roots do not reach by references. A reference to a folder reaches the
 * document that is shown for this folder. Throws `E_QUERY` if a root does not exist. Cost: the
 * references of each file that is reached, and the paths of all documents.
 */
export function orphanDocuments(
  layers: readonly IndexLayer[],
  given: readonly string[] | undefined,
): Omit<OrphansAnswer, keyof AnswerState> {
  const paths = new IndexPaths(layers);
  const graph = new ReferenceGraph(layers, paths);
  const documents = documentsOf(layers);
  const roots = given === undefined ? documents.filter(isUsualRoot) : given.flatMap((root) => rootFiles(root, layers, paths));
  const reached = new Set(roots);
  const waiting = [...reached];
  const reach = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    waiting.push(path);
  };
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const folders: string[] = [];
    const cited = graph.cited(path, ALL_FORMS, (folder) => folders.push(folder));
    for (const neighbour of cited.keys()) reach(neighbour);
    for (const folder of folders) for (const name of SHOWN_FOR_FOLDERS) if (paths.has(`${folder}/${name}`)) reach(`${folder}/${name}`);
  }
  const items = documents.filter((path) => !reached.has(path));
  return { items, total: items.length, documents: documents.length, roots: [...new Set(roots)].sort(compareValues) };
}

function documentsOf(layers: readonly IndexLayer[]): string[] {
  const documents: string[] = [];
  for (const layer of layers) {
    const { masked } = layer;
    for (const language of DOCUMENT_LANGUAGES) {
      layer.withTerm("language", language)?.forEach((rank) => {
        if (masked === undefined || !hasBit(masked, rank)) documents.push(layer.pathAt(rank));
      });
    }
  }
  return documents.sort(compareValues);
}

function isUsualRoot(path: string): boolean {
  return USUAL_NAMES.test(nameOf(path)) || (!path.includes("/") && README.test(path));
}

const README = /^readme(?:\.|$)/i;
const USUAL_NAMES = /^(?:index|summary|_sidebar)\.\w+$/i;
const SHOWN_FOR_FOLDERS = ["README", "readme", "Readme", "index", "_index"].flatMap((name) =>
  ["md", "mdx", "markdown", "rst", "adoc"].map((ending) => `${name}.${ending}`),
);

function rootFiles(root: string, layers: readonly IndexLayer[], paths: IndexPaths): readonly string[] {
  const { path, exists, isFolder } = soughtOf(root, paths);
  if (!exists) {
    const remedy = "give the path of a file or a folder of the project";
    throw new MetacacheError("E_QUERY", `orphans: the root ${JSON.stringify(root)} does not exist`, { remedy });
  }
  return isFolder ? filesBelow(path, layers) : [path];
}

function filesBelow(folder: string, layers: readonly IndexLayer[]): string[] {
  // The character "0" comes right after "/".
  return layers.flatMap((layer) => {
    const from = layer.lowerBound(`${folder}/`);
    const below = layer.pathsBetween(from, layer.lowerBound(`${folder}0`));
    return below.filter((_, place) => layer.masked === undefined || !hasBit(layer.masked, from + place));
  });
}
