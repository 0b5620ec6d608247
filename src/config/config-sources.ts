import { ConfigError, messageOf } from "../base/errors.ts";
import { nearest } from "../base/text/nearest.ts";
import { Problems, readInput } from "../base/validation.ts";
import { type CheckConfig, DEFAULT_CHECK_CONFIG, readCheckConfig } from "./check-config.ts";
import { INDEXING_OPTIONS, type IndexingConfig } from "./indexing-config.ts";
import { MEMORY_CACHE_OPTIONS, type MemoryCacheConfig, parseMemoryCacheConfig } from "./memory-cache-config.ts";
import {
  checkOption,
  checkOptionText,
  ENVIRONMENT_PREFIX,
  environmentName,
  flagName,
  type Option,
  type OptionValue,
  type SwitchOption,
  type TextOption,
} from "./option.ts";

const DATABASE: TextOption = {
  kind: "text",
  default: undefined,
  description:
    "Where the database is: `sqlite:` and a path, or `postgres://user@host/database`. Without it, the project's own file `.metacache/metadata.db`.",
};

const NAME: TextOption = {
  kind: "text",
  default: undefined,
  description:
    "The name of the project in the database. Without it, `.` in the project's own database, and in any other the path of its root, which differs between machines.",
};

const LOOK: SwitchOption = {
  kind: "switch",
  default: true,
  description: "Whether commands that answer first look for changed files, if no watcher runs.",
};

/** Every option of every source, by its name in a call and in the project file. */
export const CONFIG_OPTIONS: Readonly<Record<ConfigOptionName, Option>> = {
  database: DATABASE,
  name: NAME,
  ...MEMORY_CACHE_OPTIONS,
  ...INDEXING_OPTIONS,
  look: LOOK,
};

export type ConfigOptionName = "database" | "look" | "name" | keyof IndexingConfig | keyof MemoryCacheConfig;

/** Where options come from, strongest source first. The defaults are the weakest. */
export interface ConfigSources {
  /** Typed values from a call. */
  readonly call?: Readonly<Record<string, unknown>> | undefined;
  /** Text from the command line, by option name: `{ maxItems: "500" }` for `--max-items 500`. */
  readonly flags?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * `process.env` or a replacement. An unknown variable that begins with `METACACHE_` causes a
   * warning.
   */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** The project file, if there is one. */
  readonly file?: ProjectFile | undefined;
}

/** The text of the project file: JSON with the names of options as keys. */
export interface ProjectFile {
  /** For messages. */
  readonly path: string;
  /** The content of the file. */
  readonly text: string;
}

/** The configuration that all sources give together. */
export interface MetacacheConfig {
  /** Which files get records. */
  readonly indexing: IndexingConfig;
  /** How much a cache keeps in memory, and how it stays in step with the database. */
  readonly memoryCache: MemoryCacheConfig;
  /**
   * Whether commands that answer first look for changed files. `undefined` if no source sets it:
   * then they look.
   */
  readonly look: boolean | undefined;
  /** `undefined` if no source names a database. */
  readonly database: DatabaseSetting | undefined;
  /** `undefined` if no source gives a name. */
  readonly name: NameSetting | undefined;
  /** Only the project file can set this. */
  readonly check: CheckConfig;
  /**
   * Settings that are probably mistakes, but may belong to another program or version. They are
   * shown, and never cause an error.
   */
  readonly warnings: readonly string[];
}

/** The name of the project that a source gives. */
export interface NameSetting {
  /** The name. */
  readonly text: string;
  /** Which source gives it. */
  readonly from: keyof ConfigSources;
}

/** The database that a source names. */
export interface DatabaseSetting {
  /** The location as the source has it: a path or a URL. */
  readonly location: string;
  /**
   * Which source names the database. A relative path from the project file starts at the project's
   * root, any other at the working directory.
   */
  readonly from: keyof ConfigSources;
}

/**
 * Returns the configuration that all sources give together. For each option the strongest source
 * wins: call or flag > environment > project file > default. Throws one `E_CONFIG` with every
 * problem of every source, also of values that a stronger source overrides. So people find a wrong
 * value when they write it, not on the day when nothing overrides it any more.
 */
export function resolveConfig(sources: ConfigSources): MetacacheConfig {
  return readInput("E_CONFIG", "the configuration", () => resolveSources(sources));
}

function resolveSources(sources: ConfigSources): MetacacheConfig {
  const problems: string[] = [];
  const warnings = unknownVariables(sources.environment ?? {});
  const typed: readonly (readonly [keyof ConfigSources, Settings])[] = [
    ["call", readTyped(problems, "", sources.call ?? {})],
    ["flags", readFlags(problems, sources.flags ?? {})],
    ["environment", readEnvironment(problems, sources.environment ?? {})],
  ];
  const file = sources.file === undefined ? undefined : readFile(problems, sources.file);
  const settings: typeof typed = [...typed, ["file", file?.settings ?? new Map()]];
  if (problems.length > 0) throw new ConfigError("configuration", problems);

  const merged: Partial<Record<ConfigOptionName, OptionValue>> = {};
  let database: DatabaseSetting | undefined;
  let projectName: NameSetting | undefined;
  for (const [from, values] of settings.toReversed()) {
    for (const [name, value] of values) {
      if (name === "database") database = Object.freeze({ location: String(value), from });
      else if (name === "name") projectName = Object.freeze({ text: String(value), from });
      else merged[name] = value;
    }
  }
  const {
    maxFileBytes = INDEXING_OPTIONS.maxFileBytes.default,
    languages,
    exclude = [],
    tombstoneDays = INDEXING_OPTIONS.tombstoneDays.default,
    look,
    ...memoryCache
  } = merged;
  const indexing = Object.freeze({ maxFileBytes, languages, exclude, tombstoneDays } as IndexingConfig);
  const names = { database, name: projectName, look: look as boolean | undefined };
  const check = file?.check ?? DEFAULT_CHECK_CONFIG;
  return Object.freeze({ indexing, memoryCache: parseMemoryCacheConfig(memoryCache), ...names, check, warnings });
}

type Settings = ReadonlyMap<ConfigOptionName, OptionValue>;

const OPTION_ENTRIES = Object.entries(CONFIG_OPTIONS) as readonly [ConfigOptionName, Option][];

/**
 * `source` is the start of every message, such as "metacache.json: " before "maxItems must be …".
 */
function readTyped(found: string[], source: string, value: unknown): Settings {
  const problems = new Problems();
  const settings = new Map<ConfigOptionName, OptionValue>();
  const given = problems.object("", value, Object.keys(CONFIG_OPTIONS));
  for (const [name, option] of OPTION_ENTRIES) {
    if (given[name] !== undefined) settings.set(name, checkOption(problems, name, option, given[name]));
  }
  found.push(...problems.found.map((problem) => source + problem));
  return settings;
}

function readFlags(found: string[], flags: Readonly<Record<string, string | undefined>>): Settings {
  return readTexts(found, (name) => [flagName(name), flags[name]]);
}

/**
 * An unknown variable is not an error, because other programs and other versions share the
 * environment.
 */
function unknownVariables(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = OPTION_ENTRIES.map(([name]) => environmentName(name));
  const unknown = Object.keys(environment).filter((name) => name.startsWith(ENVIRONMENT_PREFIX) && !known.includes(name));
  return Object.freeze(
    unknown.map((name) => {
      const meant = nearest(name, known);
      return `the environment variable ${name} is unknown and has no effect: ${meant === undefined ? `the known ones are ${known.join(", ")}` : `did you mean ${meant}?`}`;
    }),
  );
}

function readEnvironment(found: string[], environment: Readonly<Record<string, string | undefined>>): Settings {
  return readTexts(found, (name) => [environmentName(name), environment[environmentName(name)]]);
}

function readTexts(found: string[], lookUp: (name: ConfigOptionName) => readonly [label: string, text: string | undefined]): Settings {
  const problems = new Problems();
  const settings = new Map<ConfigOptionName, OptionValue>();
  for (const [name, option] of OPTION_ENTRIES) {
    const [label, text] = lookUp(name);
    if (text !== undefined) settings.set(name, checkOptionText(problems, label, option, text));
  }
  found.push(...problems.found);
  return settings;
}

function readFile(found: string[], file: ProjectFile): { readonly settings: Settings; readonly check: CheckConfig } {
  const source = `${file.path}: `;
  let value: unknown;
  try {
    value = JSON.parse(file.text.replace(BYTE_ORDER_MARK, ""));
  } catch (error) {
    found.push(`${source}is not JSON (${messageOf(error)})`);
    return { settings: new Map(), check: DEFAULT_CHECK_CONFIG };
  }
  if (typeof value !== "object" || value === null || !("check" in value))
    return { settings: readTyped(found, source, value), check: DEFAULT_CHECK_CONFIG };
  const { check: given, ...options } = value;
  const problems = new Problems();
  const check = readCheckConfig(problems, given);
  found.push(...problems.found.map((problem) => source + problem));
  return { settings: readTyped(found, source, options), check };
}

const BYTE_ORDER_MARK = /^\uFEFF/;
