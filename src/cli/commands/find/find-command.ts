import { MetacacheError } from "../../../base/errors.ts";
import type { MetadataCache } from "../../../cache/metadata-cache.ts";
import type { FoundSymbol } from "../../../query/symbols/symbol-query.ts";
import { ANY_SYMBOL_KINDS, type AnySymbolKind } from "../../../record/symbols.ts";
import { FILE_OPTIONS, fileCriteria, type FileOptions, nameCriterion } from "../../answers/file-criteria.ts";
import { noteRest, type Paging, PAGING_OPTIONS, type PagingOptions, readPaging } from "../../answers/paging.ts";
import { asksForPaths, PATH_LIST_OPTIONS, type PathListOptions, printPaths } from "../../answers/path-lists.ts";
import { fieldText, readSelection, selectedFields } from "../../answers/selection.ts";
import { describeMissingLanguages, missing } from "../../answers/suggestions.ts";
import { printSymbolLines } from "../../answers/symbol-lines.ts";
import type { CommandDefinition } from "../../command-definition.ts";
import { doubtsContent, noteDoubts, outdatedAmong } from "../../place/answer-doubts.ts";
import { incompleteness } from "../../place/tree-reading.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../../session.ts";
import { quoteName } from "../../../base/text/escape.ts";
import { counted, grouped } from "../../../base/text/words.ts";
import { type FoundSymbols, findSymbols, type Wanted } from "./find-symbols.ts";
import { readKinds } from "./symbol-kinds.ts";
import { LOOKING_OPTIONS } from "../../place/look-at-tree.ts";
import { inFlags } from "../query/query-flags.ts";

interface FindOptions extends CommonOptions, FileOptions, PagingOptions, PathListOptions {
  readonly kind?: readonly string[];
  readonly className?: readonly string[];
  readonly exact?: boolean;
  readonly like?: boolean;
  readonly select?: readonly string[];
  readonly count?: boolean;
}

const FIELDS = ["path", "line", "endLine", "name", "kind", "className", "language", "signature", "intent"] as const;

/**
 * `metacache find NAME`: prints where the symbols with a name are declared, and what they are for.
 */
export const command: CommandDefinition = {
  example: "find parse --kind function --in src",
  options: [
    ["-k, --kind <kinds>", "only symbols of these kinds: function,class,constant", ANY_SYMBOL_KINDS, "repeated"],
    ["--class, --class-name <name>", "only symbols of this class", "name", "repeated"],
    ...FILE_OPTIONS,
    ["--exact", "only symbols with exactly this name"],
    ["--like", "also names with words that begin like NAME, and names that contain NAME"],
    ...PAGING_OPTIONS,
    ["--select <fields>", "show only these fields: path,line,name", FIELDS, "repeated"],
    ...PATH_LIST_OPTIONS,
    ["-c, --count", "print only the number of symbols"],
    ...LOOKING_OPTIONS,
  ],
  completion: "name",
  notes: [
    "Finds names that begin with NAME. If there are none, finds similar names (pFM",
    "finds parseFileMetadata). If NAME has no capitals, case does not matter.",
    "Class.method, Class::method and Class#method find a method of that class.",
  ].join("\n"),
  run,
};

async function run(options: FindOptions, name: string): Promise<ExitCode> {
  const onlyPaths = asksForPaths(options);
  const paging = readPaging(options);
  const selection = readSelection(options.select, FIELDS);
  const kinds = readKinds(options.kind);
  if (name === "") throw new MetacacheError("E_QUERY", "the name is empty", { remedy: "give at least its first letter" });
  const session = await openSession(options);
  return session.withCache((cache) =>
    inFlags(async (): Promise<ExitCode> => {
      const wanted: Wanted = {
        name,
        way: options.exact === true ? "exact" : options.like === true ? "like" : "begins",
        criteria: { ...(await fileCriteria(options, session.place)), kind: kinds, className: options.className?.map(nameCriterion) },
        paging: options.count === true ? COUNTED : paging,
      };
      const found = await findSymbols(cache, wanted);
      await print(session, cache, found, { ...options, onlyPaths, paging, selection, kinds });
      return found.total === 0 || (found.items.length === 0 && options.count !== true) ? 1 : 0;
    }),
  );
}

/** A count reads at most one record. */
const COUNTED: Paging = { limit: 1, page: 1, skipped: 0 };

interface Printing extends FindOptions {
  readonly onlyPaths: boolean;
  readonly paging: Paging;
  readonly selection: readonly (typeof FIELDS)[number][] | undefined;
  readonly kinds: readonly AnySymbolKind[] | undefined;
}

async function print(session: Session, cache: MetadataCache, found: FoundSymbols, printing: Printing): Promise<void> {
  const { project, output, place } = session;
  const { items, total, named, revision } = found;
  const incomplete = await incompleteness(cache.source);
  const isCount = printing.count === true;
  const paths = items.map(({ path }) => path);
  const outdated = isCount ? [] : await outdatedAmong(project.root, cache, paths);
  const nearest = total === 0 ? nearestNames(cache, found.name) : [];
  const fields = printing.onlyPaths ? (["path"] as const) : printing.selection;
  output.document(
    "find",
    {
      root: project.root,
      name: found.name,
      matched: found.way,
      total,
      ...(!isCount && { items: items.map((item) => selectedFields(item, fields)) }),
      ...(total === 0 && { nearest }),
      revision,
      ...doubtsContent({ outdated, incomplete }),
    },
    "items",
  );
  if (isCount) output.line(String(total));
  else if (printing.onlyPaths)
    printPaths(
      output,
      place,
      items.map(({ path }) => path),
      printing,
    );
  else if (total > 0) {
    printItems(session, items, printing.selection);
    const shown = items.length === total ? counted(total, "symbol") : `${grouped(items.length)} of ${counted(total, "symbol")}`;
    output.line(`${shown} ${named}, at revision ${grouped(revision)}.`);
  }
  if (total === 0) {
    output.note(describeNone(found, printing.kinds, nearest));
    for (const text of describeMissingLanguages(cache, printing.language)) output.note(text);
  }
  if (!isCount) noteRest(output, printing.paging, items.length, total);
  noteDoubts(output, place, { outdated, incomplete });
}

function printItems({ output, place }: Session, items: readonly FoundSymbol[], selection: Printing["selection"]): void {
  if (selection === undefined) printSymbolLines(output, place, items);
  else
    output.table(
      items.map((item) => selection.map((field) => (field === "path" ? place.shown(item.path) : quoteName(fieldText(item[field]))))),
    );
}

/**
 * Returns the existing name with the most similar spelling, if nothing has `name`. Of
 * `Class.method`, compares only the method.
 */
function nearestNames(cache: MetadataCache, name: string): readonly string[] {
  return [cache.nearestName(/[^.:#]+$/.exec(name)?.[0] ?? name)].filter((each) => each !== undefined);
}

function describeNone({ name }: FoundSymbols, kinds: Printing["kinds"], nearest: readonly string[]): string {
  const noun = kinds?.join(" or ");
  if (nearest.length === 0) return missing(noun, name);
  if (nearest.includes(name))
    return `${noun === undefined ? "nothing" : `no ${noun}`} called ${quoteName(name)} meets the other conditions`;
  return `${missing(noun, name)}; did you mean ${nearest.map(quoteName).join(", ")}?`;
}
