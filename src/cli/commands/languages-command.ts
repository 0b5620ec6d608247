import type { MetadataCache } from "../../cache/metadata-cache.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { LANGUAGE_NAMES, languageNamed } from "../languages/language-names.ts";
import { type CommonOptions, type ExitCode, openSession } from "../session.ts";
import { quoteName } from "../../base/text/escape.ts";
import { counted, grouped } from "../../base/text/words.ts";

interface LanguagesOptions extends CommonOptions {
  readonly known?: boolean;
}

/**
 * `metacache languages`: prints the languages of the project's files, and the other names of each.
 */
export const command: CommandDefinition = {
  example: "languages",
  options: [["--known", "also list known languages that the project has no file of"]],
  notes: "--language accepts every name and alias.\n`typescript` also finds the files of its dialect tsx.",
  run,
};

interface ListedLanguage {
  readonly name: string;
  readonly files: number;
  readonly aliases: readonly string[];
  readonly covers: readonly string[];
}

async function run(options: LanguagesOptions): Promise<ExitCode> {
  const session = await openSession(options);
  return session.withCache(async (cache): Promise<ExitCode> => {
    const languages = listed(cache, options.known === true);
    session.output.document("languages", { languages, revision: cache.revision }, "languages");
    session.output.table(
      languages.map(({ name, files, aliases, covers }) => [
        [{ text: quoteName(name), style: "name" }],
        grouped(files),
        [{ text: [...aliases, ...covers.map((each) => `(with ${each})`)].join(" "), style: "quiet" }],
      ]),
    );
    session.output.line(`${counted(languages.length, "language")}, at revision ${grouped(cache.revision)}.`);
    return languages.length === 0 ? 1 : 0;
  });
}

/** Lists the languages with the most files first, then the others by name. */
function listed(cache: MetadataCache, known: boolean): readonly ListedLanguage[] {
  const present = cache.terms("language").map(({ term, count }) => withNames(term, count));
  if (!known) return present;
  const names = new Set(present.map(({ name }) => name));
  return [...present, ...LANGUAGE_NAMES.filter(({ name }) => !names.has(name)).map(({ name }) => withNames(name, 0))];
}

function withNames(name: string, files: number): ListedLanguage {
  const own = languageNamed(name);
  return { name, files, aliases: own?.name === name ? own.aliases : [], covers: own?.name === name ? own.covers : [] };
}
