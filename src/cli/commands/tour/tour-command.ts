import type { MetadataCache } from "../../../cache/metadata-cache.ts";
import { quoteName } from "../../../base/text/escape.ts";
import { bytes, counted, duration, grouped } from "../../../base/text/words.ts";
import { printSymbolLines } from "../../answers/symbol-lines.ts";
import type { CommandDefinition } from "../../command-definition.ts";
import { invocation, shellWord } from "../../invocation.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../../session.ts";
import { findSymbols, type FoundSymbols } from "../find/find-symbols.ts";
import { runIndex } from "../index-command.ts";
import { printRelations } from "../refs/printed-relations.ts";
import { askRelations, type Relations, type RelationsWanted } from "../refs/relations.ts";
import { fileWorthKnowing, isPlain, nameWorthFinding, plainTerms } from "./samples.ts";

/**
 * `metacache tour`: indexes the project, asks the index where a symbol is declared and which files
 * refer to a document, and prints the next commands to type.
 */
export const command: CommandDefinition = {
  example: "tour",
  indexes: true,
  run,
};

const SHOWN_SYMBOLS = 3;
const SHOWN_FILES = 5;

async function run(options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(options);
  const report = { ...(await runIndex(session)), elapsedMs: Math.round(session.elapsedMs()) };
  const { output } = session;
  output.line(
    `Indexed ${quoteName(report.root)} in ${duration(report.elapsedMs)}: ${counted(report.files, "file")}, ${grouped(report.skipped.length)} skipped.`,
  );
  if (report.aborted) return 2;
  return session.withCache(async (cache): Promise<ExitCode> => {
    const stats = cache.getStats();
    output.line(`The index of ${counted(stats.records, "record")} takes ${bytes(stats.indexBytes)} of memory.`);
    const typed = typedHere(options);
    const found = await showNames(session, cache, typed);
    const related = await showReferences(session, cache, typed);
    const next = nextCommands(session, cache, typed, found?.items[0]?.path);
    output.document("tour", {
      report,
      stats,
      ...(found !== undefined && { find: { name: found.name, total: found.total, items: found.items } }),
      ...(related !== undefined && { refs: { targets: related.targets, total: related.total, items: related.items } }),
      next,
    });
    output.line();
    output.line("Type next:");
    for (const line of next) output.line(`  ${line}`);
    return 0;
  });
}

/** Returns how to type a command for this project, from this folder. */
type Typed = (...words: readonly string[]) => string;

function typedHere({ project, database, name }: CommonOptions): Typed {
  const chosen = Object.entries({ project, database, name }).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}`, value]));
  return (...words) => [invocation(), ...[...words, ...chosen].map(shellWord)].join(" ");
}

async function showNames({ output, place }: Session, cache: MetadataCache, typed: Typed): Promise<FoundSymbols | undefined> {
  const name = await nameWorthFinding(cache, SHOWN_SYMBOLS);
  if (name === undefined) return undefined;
  const found = await findSymbols(cache, { name, way: "begins", criteria: {}, paging: { limit: SHOWN_SYMBOLS, page: 1, skipped: 0 } });
  if (found.total === 0) return undefined;
  output.line();
  output.line(`$ ${typed("find", name, "--limit", String(SHOWN_SYMBOLS))}`);
  printSymbolLines(output, place, found.items);
  output.line(
    `${grouped(found.items.length)} of ${counted(found.total, "symbol")} ${found.named}, at revision ${grouped(found.revision)}.`,
  );
  return found;
}

async function showReferences(session: Session, cache: MetadataCache, typed: Typed): Promise<Relations | undefined> {
  const { output, place } = session;
  const target = await fileWorthKnowing(cache, SHOWN_FILES);
  if (target === undefined) return undefined;
  const wanted: RelationsWanted = {
    direction: "in",
    depth: 1,
    forms: undefined,
    paging: { limit: SHOWN_FILES, page: 1, skipped: 0 },
  };
  const document = place.printed(target);
  const related = await askRelations(cache, place, document, wanted);
  output.line();
  output.line(`$ ${typed("refs", document, "--limit", String(SHOWN_FILES))}`);
  printRelations(session, related, wanted, "list");
  return related;
}

/** Returns commands that have an answer in this project. */
function nextCommands({ place }: Session, cache: MetadataCache, typed: Typed, path: string | undefined): readonly string[] {
  const [language] = plainTerms(cache, "language");
  const known = path !== undefined && isPlain(path) ? path : cache.paths({}).find(isPlain);
  return [
    ...(known === undefined ? [] : [typed("get", place.printed(known))]),
    ...(language === undefined ? [] : [typed("query", "--language", language, "--limit", "5")]),
    typed("status"),
    `${invocation()} --help`,
  ];
}
